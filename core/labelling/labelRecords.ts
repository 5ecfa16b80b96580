/** The records that a labelled image becomes: a root, and one for each object with parts. */
import type { NewRecord } from '../datasets/format.ts';
import { newRecord } from '../datasets/newRecord.ts';
import { ask, MGSC_ROOT_QUESTION, MGSC_SUBTREE_QUESTION } from '../datasets/questions.ts';
import { parseAnswer } from '../text/answer.ts';
import type { AnswerFinding } from './check.ts';
import type { CaptionedObject, Description, LabelledImage } from './labelImage.ts';
import { type MaskedObject, objectTree } from './objectTree.ts';

/** What the records say of where they come from. */
export interface LabelSource {
  /** Of the record whose masks were labelled, or made from the image's name. */
  readonly id: string;
  /** As the new records name it. */
  readonly image: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** `provenance.model`. */
  readonly model: string;
  /** ISO 8601. */
  readonly created: string;
}

/** The ids of the records that an image with these objects becomes, before anything is asked; the root's first. */
export function recordIds(id: string, objects: readonly MaskedObject[]): readonly string[] {
  return [rootId(id), ...objectTree(objects).subtrees.map(({ object }) => partId(id, object))];
}

/**
 * All are drafts, for a person to accept. A description that the model got wrong twice keeps its object tags, with masks
 * labelled `objectN`, so that the rules show in the editor what is wrong with it.
 */
export function labelRecords({ descriptions }: LabelledImage, source: LabelSource): readonly NewRecord[] {
  // Where each object is a phrase that a subtree can name.
  const phrases = new Map<MaskedObject, { readonly parent: string; readonly target: string }>();
  return descriptions.map((description) => {
    const { about, grounded } = description;
    const id = about === undefined ? rootId(source.id) : partId(source.id, about.object);
    const whole = about === undefined ? undefined : phrases.get(about.object);
    if (grounded !== undefined) {
      const texts = parseAnswer(grounded.text).phrases.map(({ text }) => text);
      grounded.order.forEach((number, i) => {
        const part = description.objects.find(({ object }) => object.number === number)!.object;
        if (part !== about?.object) phrases.set(part, { parent: id, target: texts[i]! });
      });
    }
    const question =
      about === undefined ? MGSC_ROOT_QUESTION : ask(MGSC_SUBTREE_QUESTION, whole?.target ?? about.short);
    return newRecord({
      id,
      image: { image: source.image, path: undefined, size: { width: source.width, height: source.height } },
      task: 'mgsc',
      turns: [{ question, answer: grounded?.text ?? (description.answer || 'Nothing was answered.') }],
      masks: masksOf(description),
      ...whole,
      provenance: provenanceOf(description, source),
    });
  });
}

function rootId(id: string): string {
  return `${id}-root`;
}

function partId(id: string, { number }: MaskedObject): string {
  return `${id}-object${number}`;
}

/** In the order of the text; where the text is not in order, of the objects. */
function masksOf({ grounded, objects }: Description): readonly unknown[] {
  if (grounded === undefined)
    return objects.map(({ object }) => ({ ...object.value, label: `object${object.number}` }));
  return grounded.order.map((number) => {
    const { object, short } = objects.find((each) => each.object.number === number)!;
    return { ...object.value, label: short };
  });
}

function provenanceOf(description: Description, source: LabelSource): Readonly<Record<string, unknown>> {
  const { objects } = description;
  const findings = [...description.findings, ...objects.flatMap(objectFindings)];
  return {
    model: source.model,
    sourceId: source.id,
    status: 'draft',
    created: source.created,
    // The longer captions are kept: they are what the description was made of.
    objects: objects.map(({ object, short, detailed }) => ({ number: object.number, short, detailed })),
    ...(findings.length > 0 && { findings }),
  };
}

function objectFindings({ object, findings }: CaptionedObject): readonly AnswerFinding[] {
  return findings.map(({ code, message }) => ({ code, message: `Object ${object.number}: ${message}` }));
}
