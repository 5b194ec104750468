// SPDX-License-Identifier: Apache-2.0
// A part that fails while it is drawn, or takes long, says so in its own place; the rest of the page stays.
import {Component, type ComponentChildren} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../core/i18n';
import {Icon} from '../widgets/icon';
import {Message} from './frame';

export class Catch extends Component<{children: ComponentChildren; name: string}, {error: Error | null}> {
  override state = {error: null as Error | null};
  static override getDerivedStateFromError(error: Error) { return {error}; }
  override render() {
    if (!this.state.error) return this.props.children;
    return <Message icon="warn" danger title={t('state.broken')} text={t('state.broken.text', {name: this.props.name, message: this.state.error.message})}><button type="button" class="btn" onClick={() => this.setState({error: null})}>{t('again')}</button></Message>;
  }
}

const PATIENCE_MS = 2000;
/** Bars while a part is awaited; after two seconds a word that it is slow, and the way to ask again. */
export function Waiting({name, again}: {name: string; again?: () => void}) {
  const [slow, setSlow] = useState(false);
  useEffect(() => { const timer = setTimeout(() => setSlow(true), PATIENCE_MS); return () => clearTimeout(timer); }, []);
  if (slow) return <div class="notice warn" role="status"><Icon name="clock" /><span>{t('part.slow_named', {name})}</span>{again && <button type="button" class="link-btn" onClick={again}>{t('again')}</button>}</div>;
  return <div class="stack" aria-busy="true"><span class="skeleton" /><span class="skeleton" /></div>;
}
