import { defineConfig } from 'vitepress';

const REPOSITORY = 'https://github.com/ozflow/node-red-oz';

export default defineConfig({
  title: 'Node-RED nodes for the Oz API',
  description: 'Face liveness, best shot, face match and blacklist checks in Node-RED',
  srcDir: '..',
  srcExclude: ['site/**'],
  outDir: './dist',
  cacheDir: './.cache',
  cleanUrls: true,
  // What lies outside of docs/ is read in the repository.
  ignoreDeadLinks: [/^\.\.?\/\.\.\//, /README$/, /CHANGELOG$/, /THIRD_PARTY$/, /CONTRIBUTING$/, /SECURITY$/],
  themeConfig: {
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    outline: [2, 3],
    sidebar: [
      {
        text: 'Using the nodes',
        items: [
          { text: 'Start', link: '/' },
          { text: 'Examples', link: '/examples' },
          { text: 'The message', link: '/message' },
          { text: 'Errors', link: '/errors' },
          { text: 'Flow properties', link: '/flow-properties' },
          { text: 'The client and TypeScript', link: '/client' },
          { text: "The vendor's guide, page by page", link: '/coverage' },
        ],
      },
      {
        text: 'In production',
        items: [
          { text: 'In production', link: '/production' },
          { text: 'Scaling out', link: '/scaling' },
          { text: 'Reliability', link: '/reliability' },
          { text: 'Security', link: '/security' },
          { text: 'Performance', link: '/performance' },
        ],
      },
      {
        text: 'The sandbox',
        items: [
          { text: 'Sandbox', link: '/sandbox' },
          { text: 'Engine benchmark', link: '/engine-benchmark' },
        ],
      },
      {
        text: 'Inside',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Glossary', link: '/glossary' },
          { text: 'What is known of the Oz API', link: '/oz-api' },
          { text: 'Wire format', link: '/wire' },
        ],
      },
    ],
  },
});
