/** Records like those of real datasets, about 1 KB each. */

/** A line of a `.uscdf.jsonl`; two phrases, two masks, a negative. */
export function datasetLine(index: number): string {
  const counts = 'ZXkf0o2`0e;1N2O1N101N2O0O2N10001N101O0O2O001O0O101O00001O'.repeat(4);
  return JSON.stringify({
    id: `record-${index}`,
    image: `train2017/${String(index).padStart(12, '0')}.jpg`,
    width: 640,
    height: 480,
    task: 'referring',
    conversations: [
      { from: 'human', value: '<image>\nPlease segment the dog, the zebra, and the frisbee in this image.' },
      {
        from: 'gpt',
        value: "Sure, <p> the dog </p> [SEG] and <p> the frisbee </p> [SEG]. But I don't see any zebra in this image.",
      },
    ],
    masks: [
      { size: [480, 640], counts },
      { size: [480, 640], counts },
    ],
  });
}

/** A whole file of about so many bytes. */
export function dataset(bytes: number): string {
  const lines: string[] = [];
  for (let size = 0, i = 0; size < bytes; i++) {
    const line = datasetLine(i);
    lines.push(line);
    size += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** The time in the middle, and the one that 95 of 100 stay under, in milliseconds. */
export function quantiles(times: readonly number[]): { readonly median: number; readonly p95: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}
