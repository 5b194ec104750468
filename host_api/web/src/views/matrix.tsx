import type {View} from '../core/types'; import {Heading} from './frame'; export function MatrixView({view}: {view: View}) { return <div class="page"><Heading view={view} /></div>; }
