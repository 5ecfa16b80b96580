import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { WordStream } from './wordStream.ts';

function collected(): { stream: Writable; text: () => string } {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => parts.join('') };
}

it('shows what was added, an answer a line', () => {
  const { stream, text } = collected();
  const words = new WordStream(stream);
  words.show('a.jpg', 'Two');
  words.show('a.jpg', 'Two horses');
  words.show('b.jpg', 'A bus');
  words.end();
  expect(text()).toBe('uscdf annotate: a.jpg: Two horses\nuscdf annotate: b.jpg: A bus\n');
});

it('shows a model’s words without obeying them', () => {
  const { stream, text } = collected();
  const words = new WordStream(stream);
  words.show('a.jpg', 'A \u001b[2Jdog');
  words.end();
  expect(text()).not.toContain('\u001b');
  expect(text()).toContain('dog');
});
