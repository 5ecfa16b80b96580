/**
 * The quick way to know that a record's keys and types are in order, which they are in most. What it does not know for
 * certain is looked at by the schema proper, which can also say what is wrong.
 */
import { isObject } from './isObject.ts';
import { nearestKey } from './nearestKey.ts';
import { RECORD_KEYS, TASKS } from './recordModel.ts';

const STATUSES: readonly unknown[] = ['draft', 'accepted', 'rejected'];
const KNOWN_TASKS: readonly unknown[] = TASKS;

/**
 * Whether a record has every key that it needs, each of its type, and none that may be a misspelt one. Such a record is
 * flat: nothing in it is nested deeper than the format goes.
 */
export function isPlainRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  let needed = 0;
  for (const key in value) {
    const item = value[key];
    switch (key) {
      case 'id':
      case 'image':
        if (typeof item !== 'string' || item === '') return false;
        needed++;
        break;
      case 'width':
      case 'height':
        if (!isSide(item)) return false;
        break;
      case 'task':
        if (!KNOWN_TASKS.includes(item)) return false;
        break;
      case 'conversations':
        if (!arePlainTurns(item)) return false;
        needed++;
        break;
      case 'masks':
        if (!arePlainMasks(item)) return false;
        needed++;
        break;
      case 'negatives':
        if (!areTexts(item)) return false;
        break;
      case 'target':
      case 'parent':
        if (typeof item !== 'string') return false;
        break;
      case 'provenance':
        if (!isPlainProvenance(item)) return false;
        break;
      default:
        if (!isPrimitive(item) || !isOwnKey(key)) return false;
    }
  }
  return needed === 4;
}

function arePlainTurns(turns: unknown): boolean {
  if (!Array.isArray(turns) || turns.length === 0) return false;
  for (const turn of turns) {
    if (!isObject(turn)) return false;
    let needed = 0;
    for (const key in turn) {
      const item = turn[key];
      if (key === 'from') {
        if (item !== 'human' && item !== 'gpt') return false;
      } else if (key !== 'value' || typeof item !== 'string') return false;
      needed++;
    }
    if (needed !== 2) return false;
  }
  return true;
}

function arePlainMasks(masks: unknown): boolean {
  if (!Array.isArray(masks)) return false;
  for (const mask of masks) {
    if (!isObject(mask)) return false;
    let needed = 0;
    for (const key in mask) {
      const item = mask[key];
      switch (key) {
        case 'size':
          if (!Array.isArray(item) || item.length !== 2 || !isSide(item[0]) || !isSide(item[1])) return false;
          needed++;
          break;
        case 'counts':
          if (typeof item !== 'string' && !areNumbers(item)) return false;
          needed++;
          break;
        case 'label':
          if (typeof item !== 'string') return false;
          break;
        case 'score':
        case 'area':
          if (typeof item !== 'number') return false;
          break;
        case 'bbox':
          if (!Array.isArray(item) || item.length !== 4 || !areNumbers(item)) return false;
          break;
        default:
          return false;
      }
    }
    if (needed !== 2) return false;
  }
  return true;
}

function isPlainProvenance(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const key in value) {
    const item = value[key];
    if (key === 'status') {
      if (!STATUSES.includes(item)) return false;
    } else if (key === 'dataset' || key === 'model') {
      if (typeof item !== 'string') return false;
    } else if (key === 'sourceId') {
      if (typeof item !== 'string' && typeof item !== 'number') return false;
    } else if (!isPrimitive(item)) return false;
  }
  return true;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function areNumbers(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'number') return false;
  return true;
}

function isSide(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && Number.isSafeInteger(value);
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** Keys of the users' own that were found to be like none of the format's; a dataset has few. */
const ownKeys = new Map<string, boolean>();
const MAX_OWN_KEYS = 1_000;

function isOwnKey(key: string): boolean {
  const known = ownKeys.get(key);
  if (known !== undefined) return known;
  const own = key !== 'lint' && nearestKey(key, RECORD_KEYS) === undefined;
  if (ownKeys.size < MAX_OWN_KEYS) ownKeys.set(key, own);
  return own;
}
