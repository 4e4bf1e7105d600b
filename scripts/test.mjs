// npm test: every test at all three speeds. See CONTRIBUTING.md for the options.
import { launch } from './launch.mjs';

await launch('testRun/main.mjs');
