/** The ways to ask for drafts: for this picture, for a question of one's own, for all records without an answer. */
import { element } from '../element.ts';
import type { FromPreview } from '../protocol.ts';
import { textField } from '../widgets.ts';
import { openDialog } from './dialog.ts';
import type { MenuEntry } from './menu.ts';

export function draftWays(root: HTMLElement, tell: (message: FromPreview) => void): readonly MenuEntry[] {
  return [
    { label: 'Draft for this picture', run: () => tell({ type: 'requestDraft' }) },
    { label: 'Draft for a question…', run: () => askQuestion(root, tell) },
    {
      label: 'Drafts for all records without an answer',
      separated: true,
      run: () => tell({ type: 'queue', to: 'start' }),
    },
  ];
}

function askQuestion(root: HTMLElement, tell: (message: FromPreview) => void): void {
  const field = textField('draft-question', 'Question', 'Please segment the cat and the dog in this image.');
  field.maxLength = 1000;
  const note = element('p', { class: 'form-note', attributes: { role: 'status' } });
  openDialog(root, {
    id: 'question-form',
    title: 'Draft for a question',
    focus: field,
    body: [field, note],
    actions: [
      {
        id: 'question-ask',
        icon: 'sparkle',
        text: 'Draft',
        primary: true,
        run: () => {
          const question = field.value.trim();
          if (question !== '') {
            tell({ type: 'requestDraft', question });
            return undefined;
          }
          note.textContent = 'Write what the draft should segment.';
          return false;
        },
      },
    ],
  });
}
