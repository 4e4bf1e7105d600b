import type { Uri } from 'vscode';
import {
  QuickInputButtons,
  ThemeIcon,
  window,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
} from 'vscode';

/** A row to choose, and what it stands for. */
export interface Choice<T> extends QuickPickItem {
  value: T;
}

/** A line of text to type. */
export interface TextStep {
  kind: 'text';
  prompt: string;
  placeholder?: string;
  value?: string;
  /** Shows dots, and keeps the text out of the window's history. */
  secret?: boolean;
  /** Adds a button that opens a file dialog. */
  file?: boolean;
  /** What is wrong with the text, or undefined. */
  validate?(text: string): string | undefined | Promise<string | undefined>;
  apply(text: string): void;
}

/** One row to choose. */
export interface PickStep<T> {
  kind: 'pick';
  prompt: string;
  choices: readonly Choice<T>[];
  active?: T;
  apply(value: T): void;
}

/** Any number of rows to tick; none is an answer too. */
export interface TickStep<T> {
  kind: 'tick';
  prompt: string;
  choices: readonly Choice<T>[];
  ticked: readonly T[];
  apply(values: T[]): void;
}

// A step's value is known to its maker only.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Step = TextStep | PickStep<any> | TickStep<any>;

type Answer = 'next' | 'back' | 'cancel';

/** Where in a sequence of questions one is asked. */
interface Place {
  title: string;
  step: number;
  total: number;
}

const openFile: QuickInputButton = { iconPath: new ThemeIcon('folder-opened'), tooltip: 'Choose a file' };

/**
 * Asks one question after another, with a button back from each but the first.
 *
 * @param steps the whole list as it follows from the answers so far; each answer goes to its step's `apply`. An answer
 * may change what comes after it, never what came before.
 * @returns whether all were answered
 */
export async function askSteps(title: string, steps: () => readonly Step[]): Promise<boolean> {
  let index = 0;
  for (;;) {
    const list = steps();
    const step = list[index];
    if (step === undefined) return true;
    const answer = await ask(step, { title, step: index + 1, total: list.length });
    if (answer === 'cancel') return false;
    index += answer === 'next' ? 1 : -1;
  }
}

/** Lets choose one of several; undefined where the person gave up. */
export async function pickOne<T>(title: string, prompt: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  let chosen: T | undefined;
  await askSteps(title, () => [{ kind: 'pick', prompt, choices, apply: (value: T) => (chosen = value) }]);
  return chosen;
}

/** Lets tick any number of several; undefined where the person gave up or ticked none. */
export async function pickMany<T>(
  title: string,
  prompt: string,
  choices: readonly Choice<T>[],
  ticked: readonly T[] = [],
): Promise<T[] | undefined> {
  let chosen: T[] = [];
  await askSteps(title, () => [{ kind: 'tick', prompt, choices, ticked, apply: (values: T[]) => (chosen = values) }]);
  return chosen.length === 0 ? undefined : chosen;
}

/** Asks in a dialog that nothing else can be done beside. Everything but the button means no. */
export async function confirm(question: string, detail: string, button: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

async function ask(step: Step, place: Place): Promise<Answer> {
  return step.kind === 'text' ? askText(step, place) : askPick(step, place);
}

function askText(step: TextStep, place: Place): Promise<Answer> {
  const input = window.createInputBox();
  Object.assign(input, common(place), { prompt: step.prompt, value: step.value ?? '', password: step.secret === true });
  if (step.placeholder !== undefined) input.placeholder = step.placeholder;
  if (step.file) input.buttons = [...input.buttons, openFile];
  const check = async (): Promise<boolean> => {
    const text = input.value;
    const problem = await step.validate?.(text.trim());
    // A slower check of an older text says nothing of this one.
    if (text === input.value) input.validationMessage = problem;
    return problem === undefined;
  };
  return shown(input, (done) => {
    input.onDidChangeValue(() => void check());
    input.onDidAccept(async () => {
      if (!(await check())) return;
      step.apply(step.secret ? input.value : input.value.trim());
      done('next');
    });
    input.onDidTriggerButton(async (button) => {
      if (button === QuickInputButtons.Back) return done('back');
      input.value = (await chooseFile(step.prompt)) ?? input.value;
      input.show();
      await check();
    });
  });
}

function askPick<T>(step: PickStep<T> | TickStep<T>, place: Place): Promise<Answer> {
  const picker = window.createQuickPick<Choice<T>>();
  Object.assign(picker, common(place), { placeholder: step.prompt, matchOnDescription: true, matchOnDetail: true });
  picker.items = step.choices;
  picker.canSelectMany = step.kind === 'tick';
  if (step.kind === 'tick') picker.selectedItems = step.choices.filter(({ value }) => step.ticked.includes(value));
  else picker.activeItems = step.choices.filter(({ value }) => value === step.active);
  return shown(picker, (done) => {
    picker.onDidAccept(() => {
      const [first] = picker.selectedItems;
      if (step.kind === 'tick') step.apply(picker.selectedItems.map(({ value }) => value));
      else if (first !== undefined) step.apply(first.value);
      else return;
      done('next');
    });
    picker.onDidTriggerButton(() => done('back'));
  });
}

/** Stays open when another window is looked at, where the address or the password may be copied from. */
function common({ title, step, total }: Place): Partial<QuickInput> & { buttons: readonly QuickInputButton[] } {
  return {
    title,
    ignoreFocusOut: true,
    buttons: step > 1 ? [QuickInputButtons.Back] : [],
    ...(total > 1 ? { step, totalSteps: total } : {}),
  };
}

/** Shows an input until one of its events ends it; closing it is a cancel. */
function shown(input: QuickInput, listen: (done: (answer: Answer) => void) => void): Promise<Answer> {
  return new Promise<Answer>((resolve) => {
    listen(resolve);
    input.onDidHide(() => resolve('cancel'));
    input.show();
  }).finally(() => input.dispose());
}

async function chooseFile(title: string): Promise<string | undefined> {
  const chosen: Uri[] | undefined = await window.showOpenDialog({ title, canSelectMany: false });
  return chosen?.[0]?.fsPath;
}
