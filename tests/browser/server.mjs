// A demonstration council of 300 people in a folder of its own, served on a free port until `stop`.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export const TODAY = '2026-11-22';
const BINARY = path.resolve(import.meta.dirname, process.env.CHAPERONE ?? '../../target/debug/chaperone');

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Who signs in with what: { officer: { email, password }, ... }. */
function readLogins(file) {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return Object.fromEntries(lines.map((line) => line.split(/\s+/)).map(([who, email, password]) => [who, { email, password }]));
}

/**
 * Fills a database, serves it, and answers { url, folder, logins, troubles, run, wake, stop }. After a `night` there are runs
 * of jobs and letters to see; while it serves, jobs run only when a test runs them.
 */
export async function start({ night = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'chaperone-browser-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CHAPERONE_DATABASE_URL: `sqlite://${folder}/demo.db`,
    CHAPERONE_TODAY: TODAY,
    CHAPERONE_PORT: String(port),
    CHAPERONE_BASE_URL: url,
    CHAPERONE_SMTP_URL: `file://${folder}/mail`,
    CHAPERONE_COUNCIL_PHONE: '01632 960000',
  };
  const run = (...args) => execFileSync(BINARY, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('demo', '--people', '300', '--today', TODAY);
  if (night) for (const job of ['lapse', 'remind', 'deliver', 'digest']) run('job', 'run', job);
  let child;
  let said = '';
  const kill = () => { child?.kill('SIGKILL'); rmSync(folder, { recursive: true, force: true }); };
  process.once('exit', kill);

  const end = async () => {
    const gone = child.exitCode ?? new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([gone, wait(3000)]);
    child.kill('SIGKILL');
  };
  const stop = async () => {
    await end();
    process.removeListener('exit', kill);
    kill();
  };
  const serve = async () => {
    child = spawn(BINARY, ['serve', '--no-jobs'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (part) => { said = (said + part).slice(-200_000); });
    for (let tries = 0; ; tries += 1) {
      const alive = await fetch(`${url}/health/live`).then((answer) => answer.ok, () => false);
      if (alive) return;
      if (child.exitCode !== null || tries > 200) {
        await stop();
        throw new Error(`the server did not come up:\n${said}`);
      }
      await wait(100);
    }
  };
  await serve();
  /** Goes on serving on another day. */
  const wake = async (day) => {
    await end();
    env.CHAPERONE_TODAY = day;
    await serve();
  };
  // The server logs each request; only what went wrong is worth a reader's time.
  const troubles = () => said.split('\n').filter((line) => /"ERROR"|panicked|"status":5/.test(line) && !/No matching routes/.test(line)).slice(-20).join('\n');
  return { url, folder, logins: readLogins(`${folder}/demo.db.logins`), troubles, run, wake, stop };
}
