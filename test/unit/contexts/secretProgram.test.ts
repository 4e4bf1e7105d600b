import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { ContextFile } from '../../../src/engine/contexts/contextFile';
import { resolveContext } from '../../../src/engine/contexts/resolveContext';
import { useTempDir } from '../../support/tempDir';

const jwt = 'eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiJYIn0.c2lnbmF0dXJl';
const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const creds = `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;

// The programs here are shell scripts of the test's own, called op and nsc, first on the path.
if (process.platform !== 'win32') {
  describe('a program that a context names, once the user agreed', () => {
    const temp = useTempDir();
    const program = (name: string, script: string) => {
      mkdirSync(temp('bin'), { recursive: true });
      writeFileSync(temp('bin', name), `#!/bin/sh\nprintf '%s|' "$0" "$@" > "${temp('called')}"\n${script}\n`);
      chmodSync(temp('bin', name), 0o755);
    };
    const resolve = (file: ContextFile, signal?: AbortSignal) => {
      const env = { PATH: [temp('bin'), process.env['PATH']].join(delimiter) };
      return resolveContext('prod', file, { allowPrograms: true, env, ...(signal === undefined ? {} : { signal }) });
    };
    const called = () => readFileSync(temp('called'), 'utf8').split('|').slice(0, -1);

    it('op is asked for a password, its arguments past any shell', async () => {
      program('op', 'echo geheim');
      const { credentials } = await resolve({ user: 'anna', password: 'op://vault/an item/$(x)' });
      assert.deepEqual(credentials, { user: 'anna', password: 'geheim' });
      assert.deepEqual(called(), [temp('bin', 'op'), 'read', 'op://vault/an item/$(x)']);
    });

    it('op is asked for a credentials file', async () => {
      program('op', `cat <<'END'\n${creds}\nEND`);
      assert.deepEqual((await resolve({ creds: 'op://vault/item/field' })).credentials, { jwt, seed });
    });

    it('nsc tells the credentials file and, where there is no url, the servers', async () => {
      writeFileSync(temp('u.creds'), creds);
      const profile = { user_creds: temp('u.creds'), operator: { service: ['nats://a:1', 'nats://b:2'] } };
      program('nsc', `echo '${JSON.stringify(profile)}'`);
      const settings = await resolve({ nsc: 'nsc://o/a/u' });
      assert.deepEqual(settings.servers, ['a:1', 'b:2']);
      assert.deepEqual(settings.credentials, { jwt, seed });
      assert.deepEqual(called(), [temp('bin', 'nsc'), 'generate', 'profile', 'nsc://o/a/u']);
      assert.deepEqual((await resolve({ nsc: 'o/a/u', url: 'nats://c:3' })).servers, ['c:3']);
      assert.deepEqual((await resolve({ creds: 'NSC://o/a/u' })).credentials, { jwt, seed });
    });

    const failing: [title: string, script: string, message: RegExp][] = [
      ['fails', 'echo geheim; echo geheim >&2; exit 3', /ended with exit code 3\. Run "op read op:\/\/v\/i\/f"/],
      ['prints without end', 'yes geheim', /maxBuffer/],
    ];
    for (const [title, script, message] of failing) {
      it(`that ${title} is an error that quotes nothing of its output`, async () => {
        program('op', script);
        await assert.rejects(resolve({ token: 'op://v/i/f' }), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'invalidContext');
          assert.match(error.message, message);
          assert.doesNotMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /geheim/);
          return true;
        });
      });
    }

    it('that is not there is named', async () => {
      const env = { PATH: temp('bin') };
      await assert.rejects(resolveContext('prod', { nsc: 'o/a/u' }, { allowPrograms: true, env }), {
        code: 'invalidContext',
        message: /needs the program nsc, but the program is not found on the path/,
      });
    });

    it('that prints something else than expected is named', async () => {
      program('nsc', 'echo geheim');
      await assert.rejects(resolve({ nsc: 'o/a/u' }), { code: 'invalidContext', message: /not the expected JSON/ });
    });

    it('is ended by cancel', async () => {
      program('op', 'exec sleep 60');
      const cancel = new AbortController();
      const resolving = resolve({ token: 'op://v/i/f' }, cancel.signal);
      setImmediate(() => cancel.abort());
      await assert.rejects(resolving, { code: 'cancelled' });
    });
  });
}
