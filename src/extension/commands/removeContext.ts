import { BackupError } from '../../engine';
import type { ContextEditor } from '../services/contextEditor';
import { confirm } from '../ui/ask';
import type { Command } from './command';
import type { ContextPrompts } from './contextPrompts';
import { optionalText, rawOptions, refuseOthers, requiredText } from './readOptions';

export function removeContext(editor: ContextEditor, prompts: ContextPrompts): Command<'removeContext'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['name', 'confirm']);
      const name = requiredText(rawOptions(options), 'name');
      if (optionalText(rawOptions(options), 'confirm') !== name) {
        const message = `Removing context "${name}" needs the option "confirm" with this name.`;
        throw new BackupError('confirmationRequired', message, { option: 'confirm' });
      }
      await editor.remove(name);
    },
    prompt: async (target) => {
      const name = await prompts.context(target, 'Remove which context?');
      if (name === undefined) return;
      const detail = 'Its file is deleted, so the nats command line loses it too. Nothing on a server changes.';
      if (await confirm(`Remove context "${name}"?`, detail, 'Remove')) await editor.remove(name);
    },
  };
}
