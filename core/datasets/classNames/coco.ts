/** The category names of COCO's instance and panoptic annotations, as cocodataset/panopticapi lists them. */

/** The 80 things, in the order of their ids. */
export const COCO_THINGS: readonly string[] = [
  ...['person', 'bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat', 'traffic light'],
  ...['fire hydrant', 'stop sign', 'parking meter', 'bench', 'bird', 'cat', 'dog', 'horse', 'sheep', 'cow'],
  ...['elephant', 'bear', 'zebra', 'giraffe', 'backpack', 'umbrella', 'handbag', 'tie', 'suitcase', 'frisbee'],
  ...['skis', 'snowboard', 'sports ball', 'kite', 'baseball bat', 'baseball glove', 'skateboard', 'surfboard'],
  ...['tennis racket', 'bottle', 'wine glass', 'cup', 'fork', 'knife', 'spoon', 'bowl', 'banana', 'apple'],
  ...['sandwich', 'orange', 'broccoli', 'carrot', 'hot dog', 'pizza', 'donut', 'cake', 'chair', 'couch'],
  ...['potted plant', 'bed', 'dining table', 'toilet', 'tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell phone'],
  ...['microwave', 'oven', 'toaster', 'sink', 'refrigerator', 'book', 'clock', 'vase', 'scissors', 'teddy bear'],
  ...['hair drier', 'toothbrush'],
];

/**
 * The 53 kinds of stuff, in the order of their ids and in the words of MGLMM's panoptic answers: `wall-brick` is "brick
 * wall", `tree-merged` is "tree".
 */
export const COCO_STUFF: readonly string[] = [
  ...['banner', 'blanket', 'bridge', 'cardboard', 'counter', 'curtain', 'door stuff', 'wooden floor', 'flower'],
  ...['fruit', 'gravel', 'house', 'light', 'mirror stuff', 'net', 'pillow', 'platform', 'playingfield', 'railroad'],
  ...['river', 'road', 'roof', 'sand', 'sea', 'shelf', 'snow', 'stairs', 'tent', 'towel', 'brick wall', 'stone wall'],
  ...['tiled wall', 'wooden wall', 'water', 'blind window', 'window', 'tree', 'fence', 'ceiling', 'sky', 'cabinet'],
  ...['table', 'floor', 'pavement', 'mountain', 'grass', 'dirt', 'paper', 'food', 'building', 'rock', 'wall', 'rug'],
];
