import type {View} from '../core/types'; import {Heading} from './frame'; export function HomeView({view}: {view: View}) { return <div class="page"><Heading view={view} /></div>; }
