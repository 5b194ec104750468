// SPDX-License-Identifier: Apache-2.0
// View kind "import": file, matching of columns (remembered), a check that writes nothing, the run, and the way back. Errors per
// row with the reason, as a file too.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {act, ApiError, read, upload} from '../core/api';
import {refused} from '../core/act';
import {t} from '../core/i18n';
import {announce} from '../core/live';
import {fetchPreference, remember} from '../core/prefs';
import {href, route} from '../core/router';
import type {View} from '../core/types';
import {mayOpen} from '../core/use';
import {Icon} from '../widgets/icon';
import {toast} from '../widgets/overlay';
import {download, safe} from './export';
import {Heading} from './frame';
import {takeOver} from './handover';

interface Preview { columns: {header: string; sample: string[]; suggested?: string | null}[]; fields: {name: string; label: string; required?: boolean}[]; rows: number }
interface RowError { row: number; column?: string; value?: string; field?: string; message: string }
interface Checked { rows: number; ok: number; errors: RowError[]; creates?: Record<string, unknown> }
interface Status { done: number; total: number; state: string; errors?: RowError[]; written?: number }

const STEPS = ['import.upload', 'import.map', 'import.check', 'import.run'];

export function ImportView({view}: {view: View}) {
  const profiles = view.profiles ?? [], [profile, setProfile] = useState(route.value.query.get('p.profile') ?? profiles[0]?.id ?? '');
  const [file, setFile] = useState<{name: string; token: string} | null>(null), [preview, setPreview] = useState<Preview | null>(null), [mapping, setMapping] = useState<Record<string, string>>({});
  const [known, setKnown] = useState(false), [checked, setChecked] = useState<Checked | null>(null), [status, setStatus] = useState<Status | null>(null), [batch, setBatch] = useState<number | string | null>(null);
  const [busy, setBusy] = useState(false), [trouble, setTrouble] = useState(''), [over, setOver] = useState(false), [undone, setUndone] = useState(false), input = useRef<HTMLInputElement>(null), heading = useRef<HTMLHeadingElement>(null);
  const step = status ? 3 : checked ? 2 : preview ? 1 : 0;
  useLayoutEffect(() => { if (step > 0) heading.current?.focus(); }, [step]);

  const guarded = async (work: () => Promise<void>) => { setBusy(true); setTrouble(''); try { await work(); } catch (error) { setTrouble((error as Error).message); } setBusy(false); };
  const take = (given: File | undefined): void => { if (given) void guarded(async () => {
    const {token} = await upload(given);
    const found = await read<Preview>('import.preview', {token, profile});
    const shape = `import.${profile}/${found.columns.map((column) => column.header).join('|')}`, before = await fetchPreference<Record<string, string>>(shape);
    setKnown(before !== undefined);
    setMapping(before ?? Object.fromEntries(found.columns.flatMap((column) => (column.suggested ? [[column.header, column.suggested]] : []))));
    setFile({name: given.name, token}); setPreview(found);
  }); };
  useEffect(() => take(takeOver()), []);
  const missing = (preview?.fields ?? []).filter((field) => field.required && !Object.values(mapping).includes(field.name));
  const check = () => guarded(async () => {
    remember(`import.${profile}/${preview!.columns.map((column) => column.header).join('|')}`, mapping);
    setChecked(await act<Checked & Record<string, unknown>>('import.check', {token: file!.token, mapping, profile}));
  });
  const run = () => guarded(async () => {
    const started = await act<Status & {job?: string | number; batch?: number | string | null}>('import.run', {token: file!.token, mapping, profile, ...(checked!.errors.length > 0 ? {keep_good: true} : {})});
    setStatus(started);
    for (;;) {
      const now = await read<Status & {batch?: number | string | null}>('import.status', {job: started.job});
      setStatus(now);
      setBatch(now.batch ?? started.batch ?? null);
      if (now.state === 'finished' || now.state === 'done' || now.state === 'failed' || now.state === 'undone' || (now.state !== 'running' && now.state !== 'waiting')) break;
      await new Promise((done) => setTimeout(done, 400));
    }
    announce(['*']);
  });
  const undo = () => void (async () => {
    let answer = await act<{next?: unknown}>('import.undo', {batch});
    while (answer.next) answer = await act<{next?: unknown}>('import.undo', {batch});
    setUndone(true); toast('import.undone'); announce(['*']);
  })().catch(refused);
  const reset = () => { setFile(null); setPreview(null); setChecked(null); setStatus(null); setBatch(null); setTrouble(''); setUndone(false); if (input.current) input.current.value = ''; };
  const saveErrors = (errors: RowError[]) => download(`${file?.name ?? 'import'}-errors.csv`, `\ufeff${[[t('import.row'), t('import.column'), t('import.value'), t('import.message')], ...errors.map((error) => [String(error.row), error.column ?? error.field ?? '', error.value ?? '', error.message])].map((row) => row.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
  const lands = profiles.find((one) => one.id === profile)?.view;
  const batches = (view.actions?.batches as {view?: string; label?: string} | undefined);
  return (
    <div class="page import">
      <Heading view={view}>{batches?.view && mayOpen(batches.view) && <a class="btn" href={href(batches.view)}>{batches.label}</a>}</Heading>
      <ol class="steps" aria-label={view.title}>{STEPS.map((name, at) => <li key={name} class={at < step ? 'past' : at === step ? 'now' : ''} aria-current={at === step ? 'step' : undefined}><span class="count-pill">{at < step ? '✓' : at + 1}</span>{t(name)}</li>)}</ol>
      {trouble && <div class="notice danger" role="alert"><Icon name="warn" /><span>{trouble}</span></div>}
      <section class="card"><div class="card-head"><h2 tabIndex={-1} ref={heading}>{t(STEPS[step]!)}{file && <span class="muted small"> {file.name}</span>}</h2></div><div class="card-body stack">
        {step === 0 && <>
          {profiles.length > 1 && <label class="field narrow-field"><span class="label">{t('import.profile')}</span><select class="select" value={profile} onChange={(event) => setProfile(event.currentTarget.value)}>{profiles.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}</select></label>}
          <label class={`drop ${over ? 'over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files[0]); }}>
            <Icon name="upload" /><span>{busy ? t('loading') : t('import.drop')}</span><span class="btn" aria-hidden="true">{t('import.choose')}</span><input class="sr" ref={input} type="file" accept=".csv,.txt,.tsv,.xlsx" disabled={busy} onChange={(event) => take(event.currentTarget.files?.[0])} /></label></>}
        {step === 1 && preview && <>
          <p>{t('list.count', {n: preview.rows})}{known && <> · <span class="muted">{t('import.map.remembered')}</span></>}</p>
          {missing.length > 0 && <div class="notice warn"><Icon name="info" /><span>{t('import.missing', {fields: missing.map((field) => field.label).join(', ')})}</span></div>}
          <div class="table-box"><table class="plain"><thead><tr><th scope="col">{t('import.column')}</th><th scope="col">{t('import.sample')}</th><th scope="col">{t('import.field')}</th></tr></thead>
            <tbody>{preview.columns.map((column) => <tr key={column.header}><th scope="row">{column.header}</th><td class="muted small">{column.sample.slice(0, 3).filter(Boolean).join(' · ')}</td><td><select class="select" aria-label={`${t('import.field')}: ${column.header}`} value={mapping[column.header] ?? ''} onChange={(event) => { const next = {...mapping}; if (event.currentTarget.value) next[column.header] = event.currentTarget.value; else delete next[column.header]; setMapping(next); }}>
              <option value="">{t('import.ignore')}</option>{preview.fields.map((field) => <option key={field.name} value={field.name}>{field.label}{field.required ? ' *' : ''}</option>)}</select></td></tr>)}</tbody></table></div>
          <div class="row wrap"><button type="button" class="btn" onClick={reset}>{t('wizard.back')}</button><button type="button" class="btn primary" disabled={busy || missing.length > 0} onClick={() => void check()}>{t('import.check')}</button><span class="muted small">{t('import.check.text')}</span></div></>}
        {step === 2 && checked && <>
          <div class="row wrap"><span class="badge tone-success">{t('import.ok', {n: checked.ok})}</span>{checked.errors.length > 0 && <span class="badge tone-danger">{t('import.errors', {n: new Set(checked.errors.map((error) => error.row)).size})}</span>}</div>
          {checked.creates && Object.keys(checked.creates).length > 0 && <p class="small">{t('import.creates')}: {Object.entries(checked.creates).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`).join('; ')}</p>}
          {checked.errors.length > 0 && <ErrorTable errors={checked.errors} />}
          <div class="row wrap"><button type="button" class="btn" onClick={() => setChecked(null)}>{t('wizard.back')}</button><button type="button" class="btn primary" disabled={busy || checked.ok === 0} onClick={() => void run()}>{checked.errors.length > 0 ? t('import.run.ok', {n: checked.ok}) : t('import.run')}</button>{checked.errors.length > 0 && <button type="button" class="btn" onClick={() => saveErrors(checked.errors)}><Icon name="download" />{t('import.errors.download')}</button>}</div></>}
        {step === 3 && status && <>
          {busy ? <div role="status"><p>{t('import.running', {at: status.done, of: status.total})}</p><progress max={Math.max(1, status.total)} value={status.done} aria-label={t('import.run')} /></div>
            : <div class="notice success" role="status"><Icon name="check" /><span>{undone ? t('import.undone') : t('import.done', {ok: status.written ?? status.done - new Set((status.errors ?? []).map((error) => error.row)).size})}</span></div>}
          {(status.errors?.length ?? 0) > 0 && <ErrorTable errors={status.errors!} />}
          {!busy && <div class="row wrap">{lands && mayOpen(lands) && <a class="btn primary" href={href(lands)}>{t('import.show')}</a>}<button type="button" class={`btn ${lands ? '' : 'primary'}`} onClick={reset}>{t('import.again')}</button>{!undone && batch !== null && <button type="button" class="btn danger" onClick={undo}><Icon name="undo" />{t('import.undo')}</button>}{(status.errors?.length ?? 0) > 0 && <button type="button" class="btn" onClick={() => saveErrors(status.errors!)}><Icon name="download" />{t('import.errors.download')}</button>}</div>}</>}
      </div></section>
    </div>
  );
}

function ErrorTable({errors}: {errors: RowError[]}) {
  return <div class="table-box"><table class="plain"><caption class="sr">{t('import.errors', {n: errors.length})}</caption><thead><tr><th scope="col">{t('import.row')}</th><th scope="col">{t('import.column')}</th><th scope="col">{t('import.value')}</th><th scope="col">{t('import.message')}</th></tr></thead>
    <tbody>{errors.slice(0, 200).map((error, at) => <tr key={at}><th scope="row" class="num">{error.row}</th><td>{error.column ?? error.field ?? ''}</td><td class="muted">{error.value ?? ''}</td><td>{error.message}</td></tr>)}</tbody></table></div>;
}
export type {ApiError};
