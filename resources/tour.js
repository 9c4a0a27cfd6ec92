// The editor imports tours as modules; this one is made by nodes/plugin/tour.editor.ts.
export default globalThis.ozTour;
