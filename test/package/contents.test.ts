import { strict as assert } from 'node:assert';
import { pack } from '../support/pack';

const matches = (file: string, patterns: RegExp[]): boolean => patterns.some((pattern) => pattern.test(file));

/** The files of a package beside what may be in it and what must be. */
async function check(folder: string, allowed: RegExp[], required: RegExp[]): Promise<void> {
  const packed = await pack(folder);
  await packed.remove();
  const { files } = packed;
  assert.deepEqual(
    files.filter((file) => !matches(file, allowed)),
    [],
    'not wanted',
  );
  assert.deepEqual(
    required.filter((pattern) => !files.some((file) => pattern.test(file))).map(String),
    [],
    'missing',
  );
}

/** What a user of the nodes looks up; all other documents are about the project. */
const USER_DOCS = /^docs\/(client|errors|flow-properties|message|security)\.md$/;

describe('what npm pack puts into the package', function () {
  this.timeout(120_000);

  it('of the palette is what its user needs, and nothing else', async () => {
    const node = String.raw`^dist/nodes/oz-[a-z]+/`;
    await check(
      '.',
      [
        /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD_PARTY\.md)$/,
        /^dist\/(client|nodes\/shared)\/[\w/-]+\.(js|d\.ts)$/,
        /^dist\/nodes\/index\.(js|d\.ts)$/,
        new RegExp(String.raw`${node}[\w-]+\.(js|d\.ts|html)$`),
        new RegExp(String.raw`${node}icons/[\w-]+\.svg$`),
        new RegExp(String.raw`${node}locales/[\w-]+/[\w-]+\.(json|html)$`),
        /^dist\/nodes\/plugin\/(oz-checks\.(js|html)|locales\/[\w-]+\/oz-checks\.json)$/,
        /^resources\/tour\.js$/,
        /^examples\/(Scenarios\/)?[^/]+\.json$/,
        USER_DOCS,
      ],
      [
        /^LICENSE$/,
        /^README\.md$/,
        /^CHANGELOG\.md$/,
        /^THIRD_PARTY\.md$/,
        /^dist\/client\/index\.js$/,
        /^dist\/client\/index\.d\.ts$/,
        /^dist\/nodes\/index\.d\.ts$/,
        /^docs\/client\.md$/,
        /^docs\/errors\.md$/,
        /^docs\/flow-properties\.md$/,
        /^docs\/message\.md$/,
        /^docs\/security\.md$/,
        /^dist\/nodes\/plugin\/oz-checks\.js$/,
        /^dist\/nodes\/plugin\/oz-checks\.html$/,
        /^resources\/tour\.js$/,
        /^examples\/1 Best shot of a selfie video\.json$/,
        ...['oz-auth', 'oz-upload', 'oz-analyze', 'oz-result'].flatMap((name) => [
          new RegExp(`^dist/nodes/${name}/${name}\\.js$`),
          new RegExp(`^dist/nodes/${name}/${name}\\.html$`),
          new RegExp(`^dist/nodes/${name}/locales/en-US/${name}\\.json$`),
          new RegExp(`^dist/nodes/${name}/locales/de/${name}\\.json$`),
          new RegExp(`^dist/nodes/${name}/locales/de/${name}\\.html$`),
          new RegExp(`^dist/nodes/${name}/icons/${name}\\.svg$`),
        ]),
      ],
    );
  });

  it('of the sandbox holds its program, its models with their notice, and its samples', async () => {
    await check(
      'sandbox',
      [
        /^(package\.json|README\.md|LICENSE)$/,
        /^bin\/oz-sandbox\.js$/,
        /^dist\/[\w/-]+\.(js|d\.ts|html|css|svg)$/,
        /^models\/[\w.-]+$/,
        /^samples\/[\w.-]+$/,
      ],
      [
        /^LICENSE$/,
        /^README\.md$/,
        /^bin\/oz-sandbox\.js$/,
        /^dist\/engine\/index\.js$/,
        /^models\/NOTICE$/,
        /^models\/face_landmark_with_attention_mesh\.tflite$/,
        /^models\/face_landmark_with_attention_regions\.tflite$/,
        /^models\/palm_detection_lite\.tflite$/,
        /^models\/hand_landmark_full\.tflite$/,
        /^models\/face_detection_short_range\.tflite$/,
        /^samples\/astronaut-combined\.mp4$/,
      ],
    );
  });
});
