// The editor imports tours as modules; this one is made by nodes/oz-checks/tour.editor.ts.
export default globalThis.ozTour;
