// npm run bench: how fast this tree and the nats command line back up, verify and restore one large stream, side by side.
import { launch } from './launch.mjs';

await launch('bench/main.mjs');
