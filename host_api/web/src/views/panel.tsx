// SPDX-License-Identifier: Apache-2.0
// The side panel over a list: the record's form, with walking to the next and previous row (Alt+arrows, or J/K in the panel's
// head), and the way to its own page.
import {useEffect, useRef} from 'preact/hooks';
import {t} from '../core/i18n';
import {href} from '../core/router';
import {typing, useView} from '../core/use';
import {Icon} from '../widgets/icon';
import {FormView} from './form';
import {Loading, Trouble} from './frame';

export function RecordPanel({view: viewId, id, onClose, onWalk, changed}: {view: string; id: number; onClose: () => void; onWalk: (by: number) => void; changed: () => void}) {
  const loaded = useView(viewId), box = useRef<HTMLElement>(null);
  useEffect(() => { box.current?.scrollTo(0, 0); }, [id]);
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !(event.target as Element).closest('.pop, dialog')) { event.preventDefault(); event.stopPropagation(); onClose(); return; }
    const walk = event.altKey && event.key === 'ArrowDown' ? 1 : event.altKey && event.key === 'ArrowUp' ? -1 : !typing(event) && !event.ctrlKey && !event.metaKey && event.key === 'j' ? 1 : !typing(event) && !event.ctrlKey && !event.metaKey && event.key === 'k' ? -1 : 0;
    if (walk) { event.preventDefault(); event.stopPropagation(); onWalk(walk); }
  };
  return (
    <aside class="panel card" ref={box} aria-label={t('panel')} onKeyDown={key} tabIndex={-1}>
      <div class="panel-bar">
        <span class="seg"><button type="button" aria-label={t('form.previous')} onClick={() => onWalk(-1)}><Icon name="up" /></button><button type="button" aria-label={t('form.next')} onClick={() => onWalk(1)}><Icon name="down" /></button></span>
        <span class="spacer" />
        <a class="btn quiet" href={href(viewId, id)}><Icon name="external" />{t('panel.page')}</a>
        <button type="button" class="btn quiet icon-only" aria-label={t('panel.close')} onClick={onClose}><Icon name="close" /></button>
      </div>
      <div class="panel-body">{loaded.error ? <Trouble error={loaded.error} again={loaded.again} /> : loaded.value ? <FormView key={id} view={loaded.value} id={String(id)} panel onClose={onClose} changed={changed} /> : <Loading />}</div>
    </aside>
  );
}
