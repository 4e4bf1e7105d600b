import type { ContextEditor } from '../services/contextEditor';
import type { Command } from './command';
import type { ContextPrompts } from './contextPrompts';
import { rawOptions, refuseOthers, requiredText } from './readOptions';

export function selectContext(editor: ContextEditor, prompts: ContextPrompts): Command<'selectContext'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['name']);
      await editor.select(requiredText(rawOptions(options), 'name'));
    },
    prompt: async (target) => {
      const name = await prompts.context(target, 'Select which context?');
      if (name !== undefined) await editor.select(name);
    },
  };
}
