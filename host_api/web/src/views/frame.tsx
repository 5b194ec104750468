// SPDX-License-Identifier: Apache-2.0
// What every page has: heading with help, switch between sister views, and the states (loading, empty, error, no right), each
// of which says what to do.
import type {ComponentChildren} from 'preact';
import {ApiError} from '../core/api';
import {t} from '../core/i18n';
import {BASE, href, route} from '../core/router';
import type {View} from '../core/types';
import {mayOpen} from '../core/use';
import {hasIcon, Icon, iconOf} from '../widgets/icon';

export function Heading({view, title, children, count, sub}: {view: Pick<View, 'id' | 'title' | 'help' | 'links' | 'switch'>; title?: string; children?: ComponentChildren; count?: ComponentChildren; sub?: ComponentChildren}) {
  return (
    <>
      <header class="page-head">
        <h1>{title ?? view.title}</h1>{count}
        <Switch view={view} />
        <span class="spacer" />
        {children}
      </header>
      {sub}
      {view.help && <p class="page-help">{view.help}{view.links?.filter((link) => mayOpen(link.view)).map((link) => <> <a href={href(link.view)} key={link.view}>{link.label}</a></>)}</p>}
    </>
  );
}

/** List, board, month … of the same thing: the filter goes along. */
export function Switch({view}: {view: Pick<View, 'id' | 'title' | 'switch'>}) {
  const choices = (view.switch ?? []).filter((choice) => choice.view === view.id || mayOpen(choice.view));
  if (choices.length < 2) return null;
  const query = new URLSearchParams(route.value.query);
  query.delete('r');
  return (
    <nav class="seg no-print" aria-label={t('switch')}>
      {choices.map((choice) => <a key={choice.view} href={href(choice.view, null, query)} aria-current={choice.view === view.id ? 'page' : undefined}>
        <Icon name={choice.icon && hasIcon(choice.icon) ? choice.icon : iconOf(choice.view)} /><span class="hide-phone">{choice.label}</span><span class="sr">{choice.label}</span></a>)}
    </nav>
  );
}

export function Message({icon, title, text, children, danger}: {icon: string; title: string; text?: string | undefined; children?: ComponentChildren; danger?: boolean}) {
  return <div class={`state ${danger ? 'danger' : ''}`}><span class="picture"><Icon name={icon} /></span><h2>{title}</h2>{text && <p>{text}</p>}{children && <div class="row wrap">{children}</div>}</div>;
}

export function Trouble({error, again}: {error: Error; again?: () => void}) {
  const known = error instanceof ApiError ? error : null;
  const onward = <>{history.length > 1 && <button type="button" class="btn" onClick={() => history.back()}>{t('wizard.back')}</button>}<a class="btn" href={`${BASE}/`}>{t('state.home')}</a></>;
  if (known?.key === 'view.version') return <Message icon="warn" danger title={t('state.version')} text={t('state.version.text', {schema: known.message})} />;
  if (known?.forbidden) return <Message icon="lock" title={t('state.forbidden')} text={`${known.message} ${t('state.forbidden.text')}`}>{onward}</Message>;
  if (known?.missing) return <Message icon="search" title={t('state.missing')} text={`${known.message} ${t('state.missing.text')}`}>{onward}</Message>;
  if (known?.offline) return <Message icon="refresh" danger title={t('state.offline')} text={t('state.offline.text')}>{again && <button type="button" class="btn" onClick={again}>{t('again')}</button>}</Message>;
  return <Message icon="warn" danger title={t('state.error')} text={error.message}>{again && <button type="button" class="btn" onClick={again}>{t('again')}</button>}</Message>;
}

export function Loading({rows = 6}: {rows?: number}) {
  return <div class="card card-body stack" aria-busy="true"><span class="sr" role="status">{t('loading')}</span>{Array.from({length: rows}, (_, at) => <span class="skeleton" key={at} style={{width: `${92 - (at * 37) % 55}%`}} />)}</div>;
}

/** An unknown kind, part or block: told, and the rest of the page stays. */
export function Placeholder({what, name}: {what: string; name: string}) {
  return <div class="notice warn" role="note"><Icon name="info" /><span>{t('placeholder', {what: t(`placeholder.${what}`), name})}</span></div>;
}
