/** The door to what lies between a photograph and a graph: pixels to tensors, and masks back to the photograph. */
export { type Geometry, toInput, toPhotograph } from './preprocess/geometry.ts';
export { MaskProjector } from './preprocess/photographMasks.ts';
export { geometryOf, type PreparedImage, prepareImage } from './preprocess/prepareImage.ts';
export { type TileGrid, tileGrid } from './preprocess/tiles.ts';
