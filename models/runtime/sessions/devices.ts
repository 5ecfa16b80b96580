import type { ExecutionDevice } from '../draft.ts';
import { BundleError, DeviceError, DraftError, ServerError } from '../errors.ts';
import type { BundleManifest } from '../manifest.ts';
import { reasonOf } from './library.ts';

/** Something that runs on a device, and why on that one. */
export interface OnDevice<T> {
  readonly value: T;
  readonly device: ExecutionDevice;
  /** Sentences: why this device, and why not those before it. */
  readonly reasons: readonly string[];
}

/**
 * Opens a model on the device asked for; `auto` takes the first of the bundle's own list that works. Devices are tried one at
 * a time, so that it is known which one was taken and why not those before it.
 */
export async function onFirstDevice<T>(
  manifest: Pick<BundleManifest, 'name' | 'version' | 'devices'>,
  asked: 'auto' | ExecutionDevice,
  open: (device: ExecutionDevice) => Promise<T>,
): Promise<OnDevice<T>> {
  const wanted = asked === 'auto' ? manifest.devices : [asked];
  const refusals: string[] = [];
  let telling: DraftError | undefined;
  for (const [i, device] of wanted.entries()) {
    try {
      const value = await open(device);
      return { value, device, reasons: reasonsFor(device, asked, refusals, wanted.slice(i + 1)) };
    } catch (error) {
      if (error instanceof BundleError || error instanceof ServerError) throw error;
      // Such as too little memory: said in its own words where no other device helps.
      if (error instanceof DraftError) telling = error;
      refusals.push(`${device}: ${reasonOf(error)}`);
    }
  }
  if (telling !== undefined) throw telling;
  // The processor refuses nothing but a broken graph.
  if (wanted.includes('cpu')) {
    throw new BundleError(`The graphs of ${manifest.name} do not load (${refusals.join('; ')}). Get the bundle again.`);
  }
  throw new DeviceError(
    `${manifest.name} does not run on ${asked} here (${refusals.join('; ')}). Choose "cpu" or "auto".`,
  );
}

function reasonsFor(
  device: ExecutionDevice,
  asked: 'auto' | ExecutionDevice,
  refusals: readonly string[],
  left: readonly ExecutionDevice[],
): readonly string[] {
  return [
    `It runs on ${device}${asked === 'auto' ? ", by the bundle's own order" : ', as asked'}.`,
    ...(refusals.length > 0 ? [`Refused: ${refusals.join('; ')}.`] : []),
    ...(left.length > 0 ? [`Not tried: ${left.join(', ')}.`] : []),
  ];
}
