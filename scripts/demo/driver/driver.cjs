// Runs inside the demo's VS Code, beside the real extension: connects to scripts/demo and carries out its commands.
const { connect } = require('node:net');
const { createInterface } = require('node:readline');
const { commands } = require('vscode');

function activate() {
  void commands.executeCommand('workbench.view.extension.jetstream');
  const [port, token] = (process.env['JETSTREAM_DEMO_LINK'] ?? '').split(':');
  if (!port) return;
  const socket = connect(Number(port), '127.0.0.1', () => send({ token }));
  // The demo has ended, or another window of this VS Code does the work.
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => void carryOut(JSON.parse(line)));

  function send(message) {
    socket.write(`${JSON.stringify(message)}\n`);
  }

  async function carryOut({ id, command, options }) {
    try {
      send({ id, result: await commands.executeCommand(command, options) });
    } catch (error) {
      send({ id, error: { message: error.message, code: error.code } });
    }
  }
}

module.exports = { activate };
