/** Samples for training MGLMM (docs/formats/mglmm-training.md). */
import type { DatasetFormat } from '../format.ts';
import { TrainingWriter, trainingOptions } from './trainingWriter.ts';

export const mglmmTraining: DatasetFormat = {
  kind: 'mglmm-training',
  title: 'Training text of MGLMM',
  page: {
    about:
      'What MGLMM learns from, ready made: each line is `{id, image, height, width, task, text, masks, labels}`. `text` is the whole conversation in the template `llava_v1`: the system’s sentence, `USER:` with `The <im_start><image><im_end> provides an overview of the picture.` before the first question, `ASSISTANT:` with the answer, and `</s>` behind it. `masks` has one mask for each `[SEG]`, as compressed runs at the size of the photograph, and `labels` their phrases. A loader has only to tokenise the text, in which `<image>` becomes the image’s own number, and to learn what stands between `ASSISTANT:` and `</s>`.',
    mapping:
      'One line for every three questions of a record, as MGLMM’s loaders take them; `turns` sets another number. Answers keep their tags, as in the paper; the released loaders leave them out of answers about a single thing, which `tags=captions` does too. Denials stay as they are.',
    lost: 'Target, parent, scores and provenance; polygons become runs. A record is left out whose turns hold words of the template, such as `</s>`, and one of whose masks cannot be read, for a wrong mask would be learned.',
    commands: ['uscdf convert --to mglmm-training data.uscdf.jsonl -o data.train.jsonl'],
  },
  writeOptions: trainingOptions('all'),
  write: (output) => new TrainingWriter(output),
};
