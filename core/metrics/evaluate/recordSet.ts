import type { RecordModel } from '../../records/recordModel.ts';
import { readListAnswer } from '../../text/listAnswer.ts';
import type { SetName } from './work.ts';

/**
 * The set a record is scored in, by its task. Without one, an answer by the template (“Sure, it is …”, “Sorry, I don't
 * see any …”) is a referring one, and any other a grounded caption. A record of a part of an image's tree of captions
 * names its `target` or its `parent`; one that names neither is a root.
 */
export function setOf(record: RecordModel): Exclude<SetName, 'mgsc-all'> {
  switch (record.task) {
    case 'semantic':
    case 'referring':
    case 'reasoning':
    case 'panoptic':
    case 'region':
    case 'gcg':
      return record.task;
    case 'mgsc':
      return isPart(record) ? 'mgsc-subtree' : 'mgsc-root';
    default:
      return record.answers.length > 0 && record.answers.every(({ tree }) => readListAnswer(tree) !== undefined)
        ? 'referring'
        : 'gcg';
  }
}

function isPart({ data }: RecordModel): boolean {
  return typeof data['target'] === 'string' || typeof data['parent'] === 'string';
}
