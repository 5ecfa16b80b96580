// The commands and keybindings of the preview's actions, as package.json contributes them.

/** The page says when its picture has the focus; were that word late, no letter may be taken from what is typed elsewhere. */
const ON_PICTURE = 'uscdf.pictureFocused && !inputFocus && !listFocus';
/** Undo is for the whole page: a phrase is deleted in a list. */
const ON_PAGE =
  "(activeWebviewPanelId == 'uscdf.preview' || activeCustomEditorId == 'uscdf.maskEditor') && !uscdf.fieldFocused && !inputFocus && !sideBarFocus && !auxiliaryBarFocus && !panelFocus";
const FOR_PAGE = new Set(['mask.undo', 'mask.redo']);
/** Elsewhere their keys mean something else, such as to accept a draft. */
const FOR_DRAWING = new Set(['mask.save', 'mask.cancel']);

/**
 * Puts the actions into a manifest's `contributes`, behind what is written there by hand.
 *
 * @param {{commands: {command: string}[], keybindings: {command: string}[], menus: {commandPalette: {command: string}[]}}} contributes
 * @param {Record<string, {title: string, keys: readonly string[]}>} actions the table of media/actions.ts
 */
export function putPreviewCommands(contributes, actions) {
  const named = Object.entries(actions).map(([action, entry]) => ({ ...entry, action, command: `uscdf.${action}` }));
  const own = new Set(named.map(({ command }) => command));
  const byHand = (list) => list.filter(({ command }) => !own.has(command));
  contributes.commands = [
    ...byHand(contributes.commands),
    ...named.map(({ command, title }) => ({ command, title, category: 'USCDF Masks' })),
  ];
  contributes.menus.commandPalette = [
    ...byHand(contributes.menus.commandPalette),
    ...named.map(({ command }) => ({ command, when: 'uscdf.previewOpen' })),
  ];
  contributes.keybindings = [
    ...byHand(contributes.keybindings),
    ...named.flatMap(({ action, command, keys }) =>
      keys.map((key) => ({ command, ...platforms(key), when: whenFor(action) })),
    ),
  ];
}

function whenFor(action) {
  if (FOR_PAGE.has(action)) return ON_PAGE;
  return FOR_DRAWING.has(action) ? `uscdf.drawing && ${ON_PICTURE}` : ON_PICTURE;
}

function platforms(key) {
  return key.includes('ctrl+') ? { key, mac: key.replace('ctrl+', 'cmd+') } : { key };
}
