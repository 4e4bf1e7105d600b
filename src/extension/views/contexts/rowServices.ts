import type { Connections } from '../../services/connections';
import type { Drift } from '../../services/drift';
import type { Row } from '../row';

/** What the rows of the Contexts view ask, and how they say that they look different now. */
export interface RowServices {
  connections: Connections;
  drift: Drift;
  /** Draws a row again that has learned something while it opened. */
  redraw(row: Row): void;
}
