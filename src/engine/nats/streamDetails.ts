import { isBackupError } from '../errors';
import { apiRequest } from './apiRequest';
import type { JetStreamApi } from './jetstreamApi';
import { bigintOf, listOf, numberOf, objectOf, textOf } from './replies';

/** The server's err_code for no message at or above a sequence. */
const noMessage = 10037;

/**
 * How many messages each subject of a stream has. Servers send up to 100,000 subjects at a time, so that it is asked in
 * pages; a stream that changes meanwhile may be counted a little wrong.
 *
 * @param goOn called before each page: throws where the run is cancelled
 */
export async function subjectTotals(api: JetStreamApi, stream: string, goOn: () => void): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  for (let offset = 0; ;) {
    goOn();
    const body = { subjects_filter: '>', ...(offset === 0 ? {} : { offset }) };
    const reply = await apiRequest(
      api.connection,
      `STREAM.INFO.${stream}`,
      `Counting the subjects of ${stream}`,
      body,
      30_000,
    );
    const page = Object.entries(objectOf(objectOf(reply['state'])['subjects']));
    for (const [subject, total] of page) totals.set(subject, numberOf(total));
    offset += page.length;
    if (page.length === 0 || offset >= numberOf(reply['total'])) return totals;
  }
}

/** The first message at or above a sequence; undefined where there is none. */
export async function messageFrom(
  api: JetStreamApi,
  stream: string,
  sequence: bigint,
): Promise<{ sequence: bigint; time: string } | undefined> {
  const body = { seq: sequence, next_by_subj: '>' };
  try {
    const reply = await apiRequest(api.connection, `STREAM.MSG.GET.${stream}`, `Reading a message of ${stream}`, body);
    const message = objectOf(reply['message']);
    return { sequence: bigintOf(message['seq']), time: textOf(message['time']) };
  } catch (error) {
    if (isBackupError(error) && error.serverCode === noMessage) return undefined;
    throw error;
  }
}

/** Sequences between the first and the last of a stream that hold no message. */
export async function deletedSequences(api: JetStreamApi, stream: string): Promise<bigint[]> {
  const what = `Reading the deletes of ${stream}`;
  const reply = await apiRequest(api.connection, `STREAM.INFO.${stream}`, what, { deleted_details: true }, 30_000);
  return listOf(objectOf(reply['state'])['deleted']).map(bigintOf);
}
