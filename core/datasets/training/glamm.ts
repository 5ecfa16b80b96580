/** Samples for training GLaMM (docs/formats/glamm-training.md). */
import type { DatasetFormat } from '../format.ts';
import { TrainingWriter, trainingOptions } from './trainingWriter.ts';

export const glammTraining: DatasetFormat = {
  kind: 'glamm-training',
  title: 'Training text of GLaMM',
  page: {
    about:
      'What GLaMM learns from, ready made: each line is `{id, image, height, width, task, text, masks, labels}`. `text` is the whole conversation in the template `llava_v1`, the same as MGLMM’s (`mglmm-training`); `masks` has one mask for each `[SEG]`, as compressed runs at the size of the photograph, and `labels` their phrases.',
    mapping:
      'As `mglmm-training`, but answers about a single thing are one of the five that GLaMM’s loaders draw from, as `Sure, it is [SEG].`, which leave the phrase to the question; `tags=all` keeps the tags. Captions, lists and panoptic answers always keep them.',
    lost: 'As `mglmm-training`. GLaMM’s own data has no denials; where records have them they are written, and GLaMM learns them.',
    commands: ['uscdf convert --to glamm-training data.uscdf.jsonl -o data.train.jsonl'],
  },
  writeOptions: trainingOptions('captions'),
  write: (output) => new TrainingWriter(output),
};
