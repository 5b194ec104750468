-- A check of the kind "in (three words or more)" makes SQLite build a small table for every row that is written; the same asked
-- one word after the other does not. A fifth less work for every batch of documents and every import. The rows stay as they are, so
-- the text of the check alone is exchanged (sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"); a session that
-- was open before goes on with the old text, which means the same.
--@ sqlite
pragma writable_schema = on;
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (entity in (''opportunity'', ''lead'', ''customer''))',
  'check (entity = ''opportunity'' or entity = ''lead'' or entity = ''customer'')')
  where type = 'table' and name = 'sl_activity';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (kind in (''note'', ''task'', ''call'', ''meeting'', ''file''))',
  'check (kind = ''note'' or kind = ''task'' or kind = ''call'' or kind = ''meeting'' or kind = ''file'')')
  where type = 'table' and name = 'sl_activity';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (origin in (''set'', ''total'', ''season'', ''copy'', ''paste'', ''import'', ''undo''))',
  'check (origin = ''set'' or origin = ''total'' or origin = ''season'' or origin = ''copy'' or origin = ''paste'' or origin = ''import'' or origin = ''undo'')')
  where type = 'table' and name = 'sl_budget_history';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (response in (''none'', ''opened'', ''responded'', ''interested'', ''declined'', ''unsubscribed''))',
  'check (response = ''none'' or response = ''opened'' or response = ''responded'' or response = ''interested'' or response = ''declined'' or response = ''unsubscribed'')')
  where type = 'table' and name = 'sl_campaign_member';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (state in (''intended'', ''customer_made'', ''done'', ''cancelled''))',
  'check (state = ''intended'' or state = ''customer_made'' or state = ''done'' or state = ''cancelled'')')
  where type = 'table' and name = 'sl_conversion';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (category in (''commit'', ''best_case'', ''pipeline'', ''omitted''))',
  'check (category = ''commit'' or category = ''best_case'' or category = ''pipeline'' or category = ''omitted'')')
  where type = 'table' and name = 'sl_forecast_category';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (state in (''open'', ''done'', ''undone''))',
  'check (state = ''open'' or state = ''done'' or state = ''undone'')')
  where type = 'table' and name = 'sl_import_batch';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (act in (''created'', ''updated'', ''same'', ''rejected''))',
  'check (act = ''created'' or act = ''updated'' or act = ''same'' or act = ''rejected'')')
  where type = 'table' and name = 'sl_import_row';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (status in (''new'', ''working'', ''qualified'', ''converted'', ''retired'', ''merged''))',
  'check (status = ''new'' or status = ''working'' or status = ''qualified'' or status = ''converted'' or status = ''retired'' or status = ''merged'')')
  where type = 'table' and name = 'sl_lead';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (kind in (''org'', ''email'', ''phone'', ''name''))',
  'check (kind = ''org'' or kind = ''email'' or kind = ''phone'' or kind = ''name'')')
  where type = 'table' and name = 'sl_lead_key';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (measure in (''offered'', ''ordered'', ''invoices'', ''credits''))',
  'check (measure = ''offered'' or measure = ''ordered'' or measure = ''invoices'' or measure = ''credits'')')
  where type = 'table' and name = 'sl_ledger';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (list in (''rejection'', ''type'', ''source'', ''customer_status'', ''category''))',
  'check (list = ''rejection'' or list = ''type'' or list = ''source'' or list = ''customer_status'' or list = ''category'')')
  where type = 'table' and name = 'sl_list_entry';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (status in (''open'', ''won'', ''lost'', ''expired''))',
  'check (status = ''open'' or status = ''won'' or status = ''lost'' or status = ''expired'')')
  where type = 'table' and name = 'sl_opportunity';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (probability_origin in (''step'', ''user'', ''model''))',
  'check (probability_origin = ''step'' or probability_origin = ''user'' or probability_origin = ''model'')')
  where type = 'table' and name = 'sl_opportunity';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (act in (''nothing'', ''propose'', ''won''))',
  'check (act = ''nothing'' or act = ''propose'' or act = ''won'')')
  where type = 'table' and name = 'sl_order_rule';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (on_order_confirmed in (''nothing'', ''propose'', ''won''))',
  'check (on_order_confirmed = ''nothing'' or on_order_confirmed = ''propose'' or on_order_confirmed = ''won'')')
  where type = 'table' and name = 'sl_pipeline';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (model in (''explicit'', ''first'', ''last'', ''linear'', ''position'', ''weights''))',
  'check (model = ''explicit'' or model = ''first'' or model = ''last'' or model = ''linear'' or model = ''position'' or model = ''weights'')')
  where type = 'table' and name = 'sl_pipeline_model';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (axis in (''owner'', ''seller'', ''pipeline'', ''type'', ''source'', ''campaign'', ''customer'', ''project''))',
  'check (axis = ''owner'' or axis = ''seller'' or axis = ''pipeline'' or axis = ''type'' or axis = ''source'' or axis = ''campaign'' or axis = ''customer'' or axis = ''project'')')
  where type = 'table' and name = 'sl_rollup_pipeline';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (axis in (''seller'', ''campaign'', ''type'', ''source'', ''step'', ''status'', ''customer'', ''project''))',
  'check (axis = ''seller'' or axis = ''campaign'' or axis = ''type'' or axis = ''source'' or axis = ''step'' or axis = ''status'' or axis = ''customer'' or axis = ''project'')')
  where type = 'table' and name = 'sl_rollup_sales';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (category in (''commit'', ''best_case'', ''pipeline'', ''omitted''))',
  'check (category = ''commit'' or category = ''best_case'' or category = ''pipeline'' or category = ''omitted'')')
  where type = 'table' and name = 'sl_snapshot_row';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (status in (''open'', ''won'', ''lost''))',
  'check (status = ''open'' or status = ''won'' or status = ''lost'')')
  where type = 'table' and name = 'sl_step';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (rejection_rule in (''none'', ''asked'', ''required''))',
  'check (rejection_rule = ''none'' or rejection_rule = ''asked'' or rejection_rule = ''required'')')
  where type = 'table' and name = 'sl_step';
--@ sqlite
update sqlite_schema set sql = replace(sql, 'check (act in (''link'', ''undo'', ''forget''))',
  'check (act = ''link'' or act = ''undo'' or act = ''forget'')')
  where type = 'table' and name = 'sl_user_link';
--@ sqlite
pragma writable_schema = reset;
