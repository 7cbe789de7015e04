// Starts `prov lsp` and hands it what the editor is asked. All that is known of the language is known there.

const { commands, window, workspace } = require('vscode')
const { LanguageClient, TransportKind } = require('vscode-languageclient/node')

let client

async function start() {
  const command = workspace.getConfiguration('prov').get('path', 'prov')
  const server = { command, args: ['lsp'], transport: TransportKind.stdio }
  client = new LanguageClient('prov', 'prov', server, {
    // Data files count as they are in the editor, too: a row may be the mistake.
    documentSelector: [{ language: 'prov' }, { pattern: '**/*.{csv,jsonl}', scheme: 'file' }],
  })
  try {
    await client.start()
  } catch (error) {
    window.showErrorMessage(`prov: \`${command} lsp\` does not start (${error.message ?? error}). The setting prov.path says where prov is.`)
  }
}

async function stop() {
  const running = client
  client = undefined
  await running?.dispose()
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand('prov.restart', async () => {
      await stop()
      await start()
    }),
  )
  await start()
}

module.exports = { activate, deactivate: stop }
