/** Asks what a mask shows: a name of one's own, or one that the record offers. */
import { element } from '../element.ts';
import type { ShownRecord } from '../protocol.ts';
import { textField } from '../widgets.ts';
import { openDialog } from './dialog.ts';
import type { MaskName } from './purpose.ts';
import { suggestNames } from './suggestNames.ts';

/** Resolves with the name, or with nothing where the user left. `first` stands in the field at first. */
export function askName(
  root: HTMLElement,
  title: string,
  record: ShownRecord,
  first: string,
): Promise<MaskName | undefined> {
  return new Promise((done) => {
    const field = textField('mask-name', 'Name of the mask', 'for example: the red cup');
    field.value = first;
    field.maxLength = 1000;
    const note = element('p', { class: 'form-note', attributes: { role: 'status' } });
    const choose = (name: MaskName): undefined => {
      done(name);
      return undefined;
    };
    const suggestions = suggestNames(record).map(({ text, remark, name }) => {
      const node = element(
        'button',
        { class: 'suggestion', attributes: { type: 'button' } },
        element('span', { text }),
        element('span', { class: 'remark', text: remark }),
      );
      node.addEventListener('click', () => {
        close();
        choose(name);
      });
      return element('li', {}, node);
    });
    const close = openDialog(root, {
      id: 'name-form',
      title,
      focus: field,
      body: [
        field,
        note,
        ...(suggestions.length === 0
          ? []
          : [element('ul', { class: 'suggestions', attributes: { 'aria-label': 'Suggestions' } }, ...suggestions)]),
      ],
      actions: [
        {
          id: 'name-save',
          icon: 'check',
          text: 'Save',
          primary: true,
          run: () => {
            const name = field.value.trim();
            if (name !== '') return choose({ name });
            note.textContent = 'Write what the mask shows, or choose one of the names below.';
            return false;
          },
        },
      ],
      cancelled: () => done(undefined),
    });
  });
}
