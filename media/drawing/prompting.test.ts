import { describe, expect, it } from 'vitest';
import { toCompressed } from '../../core/masks/maskValue.ts';
import type { Answer } from '../protocol.ts';
import { maskOfRows, openDesk } from './testing/drawingDesk.ts';

const blank = ['......', '......', '......'];

function answerOf(rows: readonly string[]): Answer {
  return { ok: true, drawn: toCompressed(maskOfRows(rows)), score: 0.934 };
}

describe('points', () => {
  it('left is in, right is out; the answer comes to the mask, and a further click sends all points', async () => {
    const desk = openDesk();
    desk.begin(['#.....', '......', '......']);
    desk.use('points');
    desk.click(2.5, 1.5);
    expect(desk.drawing.state).toMatchObject({ waiting: true, canUndo: true });
    await desk.asked[0]!.answer(answerOf(['......', '..###.', '......']));
    expect(desk.rows()).toEqual(['#.....', '..###.', '......']);
    expect(desk.said.at(-1)).toBe('The model masked 3 pixels, score 0.93.');
    expect(desk.drawing.state.waiting).toBe(false);
    desk.click(4.5, 1.5, { button: 2 });
    expect(desk.asked[1]!.points).toEqual([
      { x: 2.5, y: 1.5, positive: true },
      { x: 4.5, y: 1.5, positive: false },
    ]);
    await desk.asked[1]!.answer(answerOf(['......', '..#...', '......']));
    expect(desk.rows()).toEqual(['#.....', '..#...', '......']);
  });

  it('undo takes the last point and its answer back, redo brings both', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(1.5, 1.5);
    await desk.asked[0]!.answer(answerOf(['......', '.#....', '......']));
    desk.click(3.5, 1.5);
    await desk.asked[1]!.answer(answerOf(['......', '.###..', '......']));
    desk.drawing.act('mask.undo');
    expect(desk.rows()[1]).toBe('.#....');
    desk.drawing.act('mask.redo');
    expect(desk.rows()[1]).toBe('.###..');
    desk.drawing.act('mask.undo');
    desk.drawing.act('mask.undo');
    expect(desk.rows()).toEqual(blank);
    expect(desk.drawing.state).toMatchObject({ dirty: false, canUndo: false });
    expect(desk.asked).toHaveLength(2);
  });

  it('never asks twice at a time: of what waits the newest is asked, and older answers are dropped', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    desk.click(1.5, 0.5);
    desk.click(2.5, 0.5);
    expect(desk.asked).toHaveLength(1);
    await desk.asked[0]!.answer(answerOf(['######', '######', '######']));
    expect(desk.rows()).toEqual(blank);
    expect(desk.asked).toHaveLength(2);
    expect(desk.asked[1]!.points).toHaveLength(3);
    await desk.asked[1]!.answer(answerOf(['###...', '......', '......']));
    expect(desk.rows()[0]).toBe('###...');
    expect(desk.drawing.state.waiting).toBe(false);
  });

  it('asks again for points that undo brings back before they were answered', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    desk.click(1.5, 0.5);
    desk.drawing.act('mask.undo');
    expect(desk.drawing.state.waiting).toBe(true);
    await desk.asked[0]!.answer(answerOf(['#.....', '......', '......']));
    expect(desk.rows()[0]).toBe('#.....');
    expect(desk.asked).toHaveLength(1);
  });

  it('a failure is said and shown until the next step, and the mask stays', async () => {
    const desk = openDesk();
    desk.begin(['#.....', '......', '......']);
    desk.use('points');
    desk.click(2.5, 1.5);
    await desk.asked[0]!.answer({ ok: false, message: 'The model is not loaded. Choose one in the settings.' });
    expect(desk.said.at(-1)).toBe('The model is not loaded. Choose one in the settings.');
    expect(desk.drawing.state).toMatchObject({
      waiting: false,
      problem: 'The model is not loaded. Choose one in the settings.',
    });
    expect(desk.rows()[0]).toBe('#.....');
    desk.click(3.5, 1.5);
    expect(desk.drawing.state.problem).toBeUndefined();
    expect(desk.asked[1]!.points).toHaveLength(2);
    await desk.asked[1]!.fail();
    expect(desk.drawing.state.problem).toContain('could not be asked');
    desk.click(4.5, 1.5);
    await desk.asked[2]!.answer({ ok: true });
    expect(desk.drawing.state.problem).toContain('no mask');
    desk.click(5.5, 1.5);
    await desk.asked[3]!.answer({ ok: true, drawn: { size: [3, 6], counts: '!' } });
    expect(desk.drawing.state.problem).toContain('"!"');
  });

  it('with Alt take the model’s mask away', async () => {
    const desk = openDesk();
    desk.begin(['######', '######', '######']);
    desk.use('points');
    desk.click(2.5, 1.5, { alt: true });
    await desk.asked[0]!.answer(answerOf(['......', '.###..', '......']));
    expect(desk.rows()).toEqual(['######', '#...##', '######']);
  });

  it('chosen again begin anew: what was masked stays', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    await desk.asked[0]!.answer(answerOf(['##....', '......', '......']));
    desk.drawing.act('tool.points');
    desk.click(4.5, 2.5);
    expect(desk.asked[1]!.points).toEqual([{ x: 4.5, y: 2.5, positive: true }]);
    await desk.asked[1]!.answer(answerOf(['......', '......', '....##']));
    expect(desk.rows()).toEqual(['##....', '......', '....##']);
  });

  it('a stroke after them ends them', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    desk.use('brush');
    desk.drawing.brushRadius = 0.5;
    desk.click(5.5, 2.5);
    await desk.asked[0]!.answer(answerOf(['##....', '......', '......']));
    expect(desk.rows()).toEqual(['......', '......', '.....#']);
    desk.use('points');
    desk.click(1.5, 0.5);
    expect(desk.asked[1]!.points).toHaveLength(1);
    await desk.asked[1]!.answer(answerOf(['##....', '......', '......']));
    expect(desk.rows()).toEqual(['##....', '......', '.....#']);
  });

  it('answered in the middle of a stroke lose neither the stroke nor the answer', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    desk.use('brush');
    desk.drawing.brushRadius = 0.5;
    desk.press('Enter', 'ArrowRight', 'ArrowRight');
    await desk.asked[0]!.answer(answerOf(['##....', '......', '......']));
    desk.press('Enter');
    expect(desk.rows()[0]).toBe('###...');
    desk.drawing.act('mask.undo');
    expect(desk.rows()).toEqual(['##....', '......', '......']);
  });

  it('of a mask that was let go change nothing of the next', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    desk.begin(['.....#', '......', '......']);
    desk.click(1.5, 1.5);
    expect(desk.asked).toHaveLength(1);
    await desk.asked[0]!.answer(answerOf(['######', '######', '######']));
    expect(desk.rows()).toEqual(['.....#', '......', '......']);
    await desk.asked[1]!.answer(answerOf(['......', '.#....', '......']));
    expect(desk.rows()).toEqual(['.....#', '.#....', '......']);
  });

  it('are placed with the keyboard, and commands place them at the cursor whatever the tool', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.press('ArrowLeft', 'Space');
    desk.drawing.act('point.negative');
    await desk.asked[0]!.answer(answerOf(blank));
    expect(desk.asked[1]!.points).toEqual([
      { x: 2.5, y: 1.5, positive: true },
      { x: 2.5, y: 1.5, positive: false },
    ]);
  });

  it('with a box go to the model together', async () => {
    const desk = openDesk();
    desk.begin(blank);
    desk.use('points');
    desk.click(0.5, 0.5);
    await desk.asked[0]!.answer(answerOf(['#.....', '......', '......']));
    desk.use('box');
    desk.drag([
      [0, 0],
      [3, 2],
    ]);
    expect(desk.asked[1]).toMatchObject({ points: [{ x: 0.5, y: 0.5, positive: true }], box: [0, 0, 3, 2] });
  });
});
