import { describe, expect, it } from 'vitest';
import { toCompressed } from '../../core/masks/maskValue.ts';
import { area, encodeCounts, toBitmap } from '../../core/masks/runLengthMask.ts';
import { maskWhere } from '../../core/testing/maskArbitraries.ts';
import { maskOfRows, openDesk } from './testing/drawingDesk.ts';

const empty = (width: number, height: number): string[] => Array.from({ length: height }, () => '.'.repeat(width));

describe('a mask in work', () => {
  it('is none before it is begun and after it was let go', () => {
    const { drawing, send, press } = openDesk();
    expect(drawing.result()).toBeUndefined();
    expect(drawing.parts()).toEqual([]);
    drawing.tool = 'brush';
    expect(send('down', 2, 2)).toBe(false);
    expect(press('ArrowLeft', 'Enter')).toEqual([false, false]);
    expect(drawing.act('mask.grow')).toBe(false);
    drawing.begin({ width: 5, height: 4 }, undefined, '#003cfc');
    expect(drawing.state).toMatchObject({ open: true, dirty: false, area: 0, parts: 0, canUndo: false });
    drawing.end();
    expect(drawing.result()).toBeUndefined();
    expect(drawing.state.open).toBe(false);
  });

  it('comes out as it went in, as the string of its bitmap', () => {
    const desk = openDesk();
    const mask = maskWhere(40, 60, (x, y) => Math.hypot(x - 30, y - 20) < 15 || x < 4);
    desk.drawing.begin({ width: 60, height: 40 }, mask, '#003cfc');
    expect(desk.drawing.result()).toEqual(toCompressed(mask));
    expect(desk.drawing.state).toMatchObject({ dirty: false, area: area(mask), parts: 2 });
  });

  it('of another size than the photograph comes to the photograph’s, and that counts as a change', () => {
    const desk = openDesk();
    desk.drawing.begin({ width: 8, height: 4 }, maskOfRows(['#.', '..']), '#003cfc');
    expect(desk.rows()).toEqual(['####....', '####....', '........', '........']);
    expect(desk.drawing.state.dirty).toBe(true);
  });

  it('with the look tool leaves pointers and keys to the page', () => {
    const desk = openDesk();
    desk.begin(empty(4, 4));
    expect(desk.send('down', 1, 1)).toBe(false);
    expect(desk.press('ArrowDown', 'Enter', 'Escape')).toEqual([false, false, false]);
  });
});

describe('brush and eraser', () => {
  it('paint without gaps between two places of the pointer, as one step', () => {
    const desk = openDesk();
    desk.begin(empty(20, 5));
    desk.use('brush');
    desk.drawing.brushRadius = 1;
    desk.drag([
      [1.5, 2.5],
      [17.5, 2.5],
    ]);
    expect(desk.rows()[2]).toBe(`${'#'.repeat(19)}.`);
    expect(desk.drawing.state).toMatchObject({ dirty: true, canUndo: true, parts: 1 });
    expect(desk.drawing.act('mask.undo')).toBe(true);
    expect(desk.rows()).toEqual(empty(20, 5));
    expect(desk.drawing.state).toMatchObject({ dirty: false, canUndo: false, canRedo: true });
    desk.drawing.act('mask.redo');
    expect(desk.drawing.state.area).toBeGreaterThan(18);
  });

  it('of half a pixel paint exactly the pixel that is pointed at', () => {
    const desk = openDesk();
    desk.begin(empty(3, 3));
    desk.use('brush');
    desk.drawing.brushRadius = 0.1;
    expect(desk.drawing.brushRadius).toBe(0.5);
    desk.click(1.02, 1.97);
    expect(desk.rows()).toEqual(['...', '.#.', '...']);
  });

  it('erase with Alt, and the eraser paints with it', () => {
    const desk = openDesk();
    desk.begin(['#####', '#####', '#####']);
    desk.drawing.brushRadius = 0.5;
    desk.use('brush');
    desk.click(1.5, 1.5, { alt: true });
    desk.use('eraser');
    desk.click(3.5, 1.5);
    expect(desk.rows()).toEqual(['#####', '#.#.#', '#####']);
    desk.click(1.5, 1.5, { alt: true });
    expect(desk.rows()[1]).toBe('###.#');
  });

  it('draw a straight line from the last stroke with Shift', () => {
    const desk = openDesk();
    desk.begin(empty(9, 3));
    desk.drawing.brushRadius = 0.5;
    desk.use('brush');
    desk.click(0.5, 1.5, { shift: true });
    desk.click(8.5, 1.5, { shift: true });
    expect(desk.rows()).toEqual(['.........', '#########', '.........']);
  });

  it('take the stroke back by undo while the button is down, and paint nothing until it is pressed anew', () => {
    const desk = openDesk();
    desk.begin(empty(9, 3));
    desk.use('brush');
    desk.drawing.brushRadius = 0.5;
    desk.click(0.5, 0.5);
    desk.send('down', 3.5, 1.5);
    desk.send('move', 5.5, 1.5);
    expect(desk.rows()[1]).toBe('...###...');
    expect(desk.drawing.state.canRedo).toBe(false);
    expect(desk.drawing.act('mask.undo')).toBe(true);
    desk.send('move', 7.5, 1.5);
    desk.send('up', 7.5, 1.5);
    expect(desk.rows()).toEqual(['#........', '.........', '.........']);
    desk.drawing.act('mask.undo');
    expect(desk.rows()).toEqual(empty(9, 3));
    expect(desk.drawing.act('mask.undo')).toBe(false);
  });

  it('make no step of a stroke that changes nothing', () => {
    const desk = openDesk();
    desk.begin(['###', '###', '###']);
    desk.use('brush');
    desk.click(1.5, 1.5);
    expect(desk.drawing.state).toMatchObject({ dirty: false, canUndo: false });
  });

  it('grow and shrink by keys, within bounds, never staying', () => {
    const { drawing } = openDesk();
    drawing.brushRadius = 0.5;
    const sizes = [drawing.brushRadius];
    for (let i = 0; i < 60; i++) {
      drawing.act('brush.larger');
      sizes.push(drawing.brushRadius);
    }
    expect(sizes.at(-1)).toBe(500);
    const growing = sizes.slice(0, sizes.indexOf(500) + 1);
    for (let i = 1; i < growing.length; i++) expect(growing[i]!).toBeGreaterThan(growing[i - 1]!);
    for (let i = 0; i < 60; i++) drawing.act('brush.smaller');
    expect(drawing.brushRadius).toBe(0.5);
  });

  it('work with the keyboard: Space dabs, Enter begins and ends a stroke', () => {
    const desk = openDesk();
    desk.begin(empty(25, 5));
    desk.use('brush');
    desk.drawing.brushRadius = 0.5;
    expect(desk.drawing.cursor).toBeUndefined();
    desk.press('Space', 'Shift+ArrowLeft', 'Enter', 'ArrowRight', 'ArrowRight', 'Enter', 'ArrowDown');
    expect(desk.rows()).toEqual([
      '.........................',
      '.........................',
      '..###.......#............',
      '.........................',
      '.........................',
    ]);
    expect(desk.drawing.cursor).toEqual({ x: 4.5, y: 3.5 });
    desk.press('Enter', 'ArrowDown', 'Escape', 'ArrowUp');
    expect(desk.rows()[4]).toBe('.........................');
    desk.press('Shift+ArrowLeft');
    expect(desk.drawing.cursor).toEqual({ x: 0.5, y: 3.5 });
    desk.send('move', 7.2, 1.1);
    expect(desk.drawing.cursor).toBeUndefined();
  });
});

describe('polygon', () => {
  const square = ['........', '.####...', '.####...', '.####...', '.####...', '........'];

  it('adds points by clicks and closes at the first one, by a double click, or by Enter', () => {
    for (const close of ['first', 'double', 'Enter']) {
      const desk = openDesk();
      desk.begin(empty(8, 6));
      desk.use('polygon');
      desk.click(1, 1);
      desk.click(5, 1);
      desk.click(5, 5);
      desk.click(1, 5);
      expect(desk.drawing.state).toMatchObject({ area: 16, canUndo: true, canRedo: false });
      expect(desk.rows()).toEqual(square);
      if (close === 'first') desk.click(1.2, 1.1);
      if (close === 'double') desk.click(1, 5);
      if (close === 'Enter') desk.press('Enter');
      expect(desk.drawing.state).toMatchObject({ area: 16, canUndo: true });
      desk.drawing.act('mask.undo');
      expect(desk.drawing.state.area).toBe(0);
    }
  });

  it('takes the last point back by undo and Escape, and redo brings it again', () => {
    const desk = openDesk();
    desk.begin(empty(8, 6));
    desk.use('polygon');
    desk.click(1, 1);
    desk.click(5, 1);
    desk.click(5, 5);
    desk.click(7.5, 5.5);
    expect(desk.press('Escape')).toEqual([true]);
    expect(desk.drawing.state.canRedo).toBe(true);
    desk.click(1, 5);
    desk.drawing.act('mask.undo');
    desk.drawing.act('mask.redo');
    expect(desk.rows()).toEqual(square);
    desk.press('Escape', 'Escape', 'Escape', 'Escape');
    expect(desk.press('Escape')).toEqual([false]);
    expect(desk.drawing.state).toMatchObject({ dirty: false, canUndo: false });
  });

  it('of fewer than three points is none; one of more is closed when another tool is taken', () => {
    const desk = openDesk();
    desk.begin(empty(8, 6));
    desk.use('polygon');
    desk.click(1, 1);
    desk.click(5, 1);
    desk.use('brush');
    expect(desk.drawing.state.canUndo).toBe(false);
    desk.use('polygon');
    for (const [x, y] of [
      [1, 1],
      [5, 1],
      [5, 5],
      [1, 5],
    ] as const)
      desk.click(x, y);
    desk.use('look');
    expect(desk.drawing.state.area).toBe(16);
  });

  it('cuts a hole with Alt', () => {
    const desk = openDesk();
    desk.begin(['......', '.####.', '.####.', '.####.', '.####.', '......']);
    desk.use('polygon');
    for (const [i, [x, y]] of (
      [
        [2, 2],
        [4, 2],
        [4, 4],
        [2, 4],
      ] as const
    ).entries())
      desk.click(x, y, { alt: i === 0 });
    desk.press('Enter');
    expect(desk.rows()).toEqual(['......', '.####.', '.#..#.', '.#..#.', '.####.', '......']);
  });

  it('moves a point of the mask’s contour, and a line by a point more', () => {
    const desk = openDesk();
    desk.begin(square);
    desk.use('polygon');
    desk.drag([
      [5, 5],
      [7, 5],
      [8, 7],
    ]);
    expect(desk.rows()).toEqual(['........', '.####...', '.#####..', '.#####..', '.######.', '...####.']);
    desk.drawing.act('mask.undo');
    expect(desk.rows()).toEqual(square);
    desk.drag(
      [
        [3, 1],
        [3, 0],
      ],
      { scale: 20 },
    );
    expect(desk.rows()[0]).toBe('..##....');
    expect(desk.rows().slice(1)).toEqual(square.slice(1));
  });

  it('removes a point by a right click and by Delete at the cursor', () => {
    const desk = openDesk();
    desk.begin(square);
    desk.use('polygon');
    desk.click(5, 5, { button: 2 });
    expect(area(desk.result())).toBeLessThan(14);
    desk.drawing.act('mask.undo');
    desk.send('move', 1.2, 1.2);
    expect(desk.press('Delete')).toEqual([true]);
    expect(desk.rows()[1]).toBe('....#...');
    const before = desk.rows();
    desk.send('move', 7.5, 2.5, { scale: 20 });
    expect(desk.press('Delete')).toEqual([true]);
    expect(desk.said.at(-1)).toBe('No point is removed: none is here.');
    expect(desk.rows()).toEqual(before);
  });

  it('is drawn and moved with the keyboard alone', () => {
    const desk = openDesk();
    desk.begin(empty(40, 30));
    desk.use('polygon');
    desk.press('Space', 'Shift+ArrowRight', 'Space', 'Shift+ArrowDown', 'Space', 'Enter');
    expect(area(desk.result())).toBe(45);
    desk.press('Enter', 'ArrowRight', 'ArrowRight', 'Escape');
    expect(area(desk.result())).toBe(45);
    desk.press('ArrowLeft', 'ArrowLeft', 'Enter', 'Shift+ArrowRight', 'Enter');
    expect(desk.rows()[22]!.slice(32, 39)).toMatch(/^\.\.[.#]##[.#]\.$/);
  });

  it('changes only where points moved: other rings and lines keep their pixels', () => {
    const desk = openDesk();
    const rough = maskWhere(200, 300, (x, y) => {
      const wave = 8 * Math.sin(x / 3) + 3 * Math.sin(y / 2);
      return Math.hypot(x - 80, y - 100) < 50 + wave || Math.hypot(x - 230, y - 100) < 40 + wave;
    });
    desk.drawing.begin({ width: 300, height: 200 }, rough, '#003cfc');
    desk.use('polygon');
    desk.send('move', 0, 0, { scale: 1 });
    // A press and a release at a point or a line without a way between them is no step.
    desk.drag([[30, 100]], { scale: 1 });
    expect(desk.drawing.state).toMatchObject({ dirty: false, canUndo: false });
    expect(toBitmap(desk.result()).filter((_, i) => i % 300 > 140)).toEqual(
      toBitmap(rough).filter((_, i) => i % 300 > 140),
    );
    desk.drag(
      [
        [30, 100],
        [10, 100],
      ],
      { scale: 1 },
    );
    const [now, was] = [toBitmap(desk.result()), toBitmap(rough)];
    let changedNear = 0;
    for (const [i, value] of now.entries()) {
      const [x, y] = [i % 300, Math.floor(i / 300)];
      if (value === was[i]) continue;
      expect(x).toBeLessThan(70);
      expect(Math.abs(y - 100)).toBeLessThan(60);
      changedNear++;
    }
    expect(changedNear).toBeGreaterThan(50);
  });

  it('on a mask of more contours than one can edit keeps every crumb', () => {
    const desk = openDesk();
    const crumbs = maskWhere(60, 90, (x, y) => (x < 30 && y < 30) || (x % 3 === 0 && y % 3 === 0));
    desk.drawing.begin({ width: 90, height: 60 }, crumbs, '#003cfc');
    desk.use('polygon');
    for (const [x, y] of [
      [40, 40],
      [50, 40],
      [50, 50],
      [40, 50],
    ] as const)
      desk.click(x + 0.5, y + 0.5, { scale: 20 });
    desk.press('Enter');
    desk.drag(
      [
        [40.5, 40.5],
        [41.5, 41.5],
      ],
      { scale: 20 },
    );
    desk.drag(
      [
        [41.5, 41.5],
        [40.5, 40.5],
      ],
      { scale: 20 },
    );
    const expected = maskWhere(
      60,
      90,
      (x, y) => toBitmap(crumbs)[y * 90 + x] === 1 || (x >= 40 && x < 50 && y >= 40 && y < 50),
    );
    expect(area(desk.result())).toBe(area(expected));
    expect(encodeCounts(desk.result().counts)).toBe(encodeCounts(expected.counts));
  });
});

describe('box', () => {
  it('with Alt is a rectangle, with Alt and Shift it is cut out', () => {
    const desk = openDesk();
    desk.begin(empty(8, 5));
    desk.use('box');
    desk.drag(
      [
        [6.3, 3.8],
        [1.2, 1.1],
      ],
      { alt: true },
    );
    expect(desk.rows()).toEqual(['........', '.######.', '.######.', '.######.', '........']);
    desk.drag(
      [
        [2, 2],
        [4, 9],
      ],
      { alt: true, shift: true },
    );
    expect(desk.rows()).toEqual(['........', '.######.', '.#..###.', '.#..###.', '........']);
    expect(desk.asked).toEqual([]);
  });

  it('asks the model, with the points so far; one without room does not', async () => {
    const desk = openDesk();
    desk.begin(empty(8, 5));
    desk.use('box');
    desk.drag([
      [1, 1],
      [1.5, 1.5],
    ]);
    expect(desk.asked).toEqual([]);
    expect(desk.said.at(-1)).toContain('too small');
    desk.press('Enter', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter');
    expect(desk.asked[0]).toMatchObject({ points: [], box: [1, 1, 3, 2] });
  });
});

describe('fill', () => {
  it('fills what the mask encloses, with four neighbours to a pixel', () => {
    const desk = openDesk();
    desk.begin(['.......', '.###...', '.#.#.#.', '.##.##.', '...##..', '.......']);
    desk.use('fill');
    desk.click(2.5, 2.5);
    expect(desk.rows()).toEqual(['.......', '.###...', '.###.#.', '.##.##.', '...##..', '.......']);
  });

  it('leaves alone what is open to the border, and says so', () => {
    const desk = openDesk();
    desk.begin(['.....', '.#.#.', '.###.']);
    desk.use('fill');
    desk.click(2.5, 1.5);
    expect(desk.drawing.state.dirty).toBe(false);
    expect(desk.said.at(-1)).toContain('does not enclose');
    desk.click(1.5, 1.5);
    expect(desk.said.at(-1)).toContain('already');
  });

  it('fills up to the border where the mask parts it from the rest', () => {
    const desk = openDesk();
    desk.begin(['....', '####', '....']);
    desk.use('fill');
    desk.click(1, 0.5);
    expect(desk.rows()).toEqual(['####', '####', '....']);
  });

  it('with Alt takes away the part under the pointer, corners included', () => {
    const desk = openDesk();
    desk.begin(['##..#', '##..#', '..#..', '....#']);
    desk.use('fill');
    desk.click(0.5, 0.5, { alt: true });
    expect(desk.rows()).toEqual(['....#', '....#', '.....', '....#']);
    desk.press('Alt+Space');
    expect(desk.said.at(-1)).toContain('not in the mask');
  });
});

describe('operations', () => {
  it('grow, shrink, invert, fill holes and remove specks are a step each', () => {
    const desk = openDesk();
    const start = ['.......', '..###..', '..#.#..', '..###..', '.......'];
    desk.begin(start);
    for (const action of ['mask.grow', 'mask.shrink', 'mask.invert', 'mask.fillHoles'] as const) {
      expect(desk.drawing.act(action)).toBe(true);
    }
    expect(desk.drawing.act('view.fit')).toBe(false);
    for (let i = 0; i < 4 && desk.drawing.state.canUndo; i++) desk.drawing.act('mask.undo');
    expect(desk.rows()).toEqual(start);
    desk.drawing.act('mask.fillHoles');
    expect(desk.rows()[2]).toBe('..###..');
    expect(desk.said.at(-1)).toBe('1 hole filled.');
    desk.drawing.act('mask.grow', { coarse: true });
    expect(desk.drawing.state.area).toBe(35);
  });

  it('shrinking does not eat from the border of the photograph', () => {
    const desk = openDesk();
    desk.begin(['#####', '#####', '.....', '.....']);
    desk.drawing.act('mask.shrink');
    expect(desk.rows()).toEqual(['#####', '.....', '.....', '.....']);
  });

  it('growing never makes an area smaller, shrinking never larger', () => {
    const desk = openDesk();
    desk.drawing.begin(
      { width: 50, height: 40 },
      maskWhere(40, 50, (x, y) => (x * y) % 7 === 0 && x > 20),
      '#003cfc',
    );
    for (const action of ['mask.grow', 'mask.shrink'] as const) {
      for (let i = 0; i < 3; i++) {
        const before = desk.drawing.state.area;
        desk.drawing.act(action);
        const change = desk.drawing.state.area - before;
        expect(action === 'mask.grow' ? change : -change).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('removing specks says how many went and how small they were', () => {
    const desk = openDesk();
    const mask = maskWhere(40, 60, (x, y) => (x > 10 && x < 40 && y > 5 && y < 30) || (x % 20 === 0 && y % 20 === 0));
    desk.drawing.begin({ width: 60, height: 40 }, mask, '#003cfc');
    desk.drawing.act('mask.removeSpecks');
    expect(desk.said.at(-1)).toBe('4 parts of fewer than 16 pixels removed.');
    expect(desk.drawing.state.parts).toBe(1);
  });

  it('adds and subtracts other masks, and falls into parts', () => {
    const desk = openDesk();
    desk.begin(['##....', '##....']);
    desk.drawing.add(maskOfRows(['....##', '.....#']));
    desk.drawing.subtract(maskOfRows(['#.....', '......']));
    expect(desk.rows()).toEqual(['.#..##', '##...#']);
    expect(desk.drawing.parts()).toEqual(
      [
        ['.#....', '##....'],
        ['....##', '.....#'],
      ].map((rows) => toCompressed(maskOfRows(rows))),
    );
    desk.drawing.act('mask.undo');
    desk.drawing.act('mask.undo');
    expect(desk.drawing.state.dirty).toBe(false);
  });

  it('smoothing takes spikes off and fills notches', () => {
    const desk = openDesk();
    desk.begin(['........', '...#....', '.######.', '.##.###.', '.######.', '.######.', '........']);
    desk.drawing.act('mask.smooth');
    expect(desk.rows()[1]).toBe('........');
    expect(desk.rows()[3]).toBe('.######.');
  });
});
