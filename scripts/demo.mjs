// npm run demo: a nats-server with sample streams and a VS Code that backs them up, loses one and brings it back.
import { launch } from './launch.mjs';

await launch('demo/main.mjs');
