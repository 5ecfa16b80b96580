/** Where the picture stands on the stage: zooming and panning as arithmetic, in CSS pixels. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `zoom` 1 fits the whole picture in; `x` and `y` (0 to 1) are the picture's point at the middle of the stage. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** The picture's left top corner on the stage, and CSS pixels a picture pixel. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

export const wholePicture: View = { zoom: 1, x: 0.5, y: 0.5 };
/** CSS pixels a pixel of the picture, at most: single pixels can be told apart and drawn. */
export const closestScale = 32;

/** How far the picture can be zoomed: down to its own pixels where it is smaller than the stage, up to single pixels. */
export function zoomLimits(stage: Size, picture: Size): { readonly least: number; readonly most: number } {
  const fit = fitScale(stage, picture);
  return { least: Math.min(1, 1 / fit), most: Math.max(1, closestScale / fit) };
}

/** The zoom at which a pixel of the picture is a CSS pixel. */
export function pixelZoom(stage: Size, picture: Size): number {
  return 1 / fitScale(stage, picture);
}

function fitScale(stage: Size, picture: Size): number {
  return Math.min(stage.width / picture.width, stage.height / picture.height);
}

export function place(view: View, stage: Size, picture: Size): Placement {
  const scale = fitScale(stage, picture) * view.zoom;
  return {
    scale,
    left: alongAxis(stage.width, picture.width * scale, view.x),
    top: alongAxis(stage.height, picture.height * scale, view.y),
  };
}

/** The view after zooming by `factor`, with the picture's point under (`atX`, `atY`) kept where it is. */
export function zoomAt(view: View, stage: Size, picture: Size, factor: number, atX: number, atY: number): View {
  const { least, most } = zoomLimits(stage, picture);
  const zoom = Math.min(most, Math.max(least, view.zoom * factor));
  const before = place(view, stage, picture);
  const ratio = zoom / view.zoom;
  return viewAt(
    { left: atX - (atX - before.left) * ratio, top: atY - (atY - before.top) * ratio, scale: before.scale * ratio },
    zoom,
    stage,
    picture,
  );
}

/** The view after dragging the picture by (`dx`, `dy`). */
export function panBy(view: View, stage: Size, picture: Size, dx: number, dy: number): View {
  const before = place(view, stage, picture);
  return viewAt({ ...before, left: before.left + dx, top: before.top + dy }, view.zoom, stage, picture);
}

/** The view moved to the middle of a box `[x, y, width, height]` of the picture, where the stage shows nothing of that middle. */
export function reveal(view: View, stage: Size, picture: Size, box: readonly [number, number, number, number]): View {
  const { left, top, scale } = place(view, stage, picture);
  const [x, y] = [box[0] + box[2] / 2, box[1] + box[3] / 2];
  const [onStageX, onStageY] = [left + x * scale, top + y * scale];
  const seen = onStageX >= 0 && onStageX <= stage.width && onStageY >= 0 && onStageY <= stage.height;
  return seen ? view : panBy(view, stage, picture, stage.width / 2 - onStageX, stage.height / 2 - onStageY);
}

/** A picture smaller than the stage is centred; a larger one always covers it. */
function alongAxis(stage: number, picture: number, centre: number): number {
  if (picture <= stage) return (stage - picture) / 2;
  return Math.min(0, Math.max(stage - picture, stage / 2 - centre * picture));
}

function viewAt(placement: Placement, zoom: number, stage: Size, picture: Size): View {
  return {
    zoom,
    x: centreOf(stage.width, picture.width * placement.scale, placement.left),
    y: centreOf(stage.height, picture.height * placement.scale, placement.top),
  };
}

function centreOf(stage: number, picture: number, start: number): number {
  if (picture <= stage) return 0.5;
  return (stage / 2 - Math.min(0, Math.max(stage - picture, start))) / picture;
}
