import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { compileFunction } from 'node:vm';
import type { CompiledModel, LiteRt } from '@litertjs/core';

/** One compiled network: float tensors in, its float tensors out, both in the model's order. */
export interface Network {
  /** Runs the network once; the arrays returned are the caller's own. */
  run(...inputs: Float32Array[]): Promise<Float32Array[]>;
  delete(): void;
}

let loading: Promise<LiteRt> | undefined;

/**
 * Loads LiteRT (Google's runtime for .tflite files, WebAssembly) once for the thread. Its loader picks the build with
 * relaxed SIMD where the engine has it (Node 22) and the compatible one elsewhere (Node 20). It is made for browsers
 * and needs `self`, `importScripts` and `navigator.gpu`; these exist only while it loads.
 */
function loadRuntime(): Promise<LiteRt> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LiteRt> {
  const require = createRequire(__filename);
  const { loadLiteRt } = await import('@litertjs/core');
  const wasm = join(dirname(require.resolve('@litertjs/core')), '..', 'wasm') + sep;
  // The runtime prints a line for every graph it compiles; failures come as exceptions.
  const silent = (): void => {};
  const scope: Record<string, unknown> = { Module: { print: silent, printErr: silent } };
  // Asked for a graphics device, answer with none: without an answer the runtime warns on the console.
  const adapter = { limits: {}, features: new Set(), requestDevice: () => Promise.resolve(null) };
  const restore = [
    setGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter) } }),
    setGlobal('self', scope),
    setGlobal('importScripts', (path: string): void => {
      scope['ModuleFactory'] = runClassicScript(path);
    }),
  ];
  try {
    return await loadLiteRt(wasm);
  } finally {
    for (const undo of restore) undo();
  }
}

/** Runs a script of a package that calls itself ESM but ships classic scripts; gives what it exports. */
function runClassicScript(path: string): unknown {
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const run: unknown = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
  if (typeof run !== 'function') throw new Error(`${path} is no script.`);
  run(module, module.exports, createRequire(path), path, dirname(path));
  return module.exports;
}

/** Sets a global; the function returned puts back what was there. */
function setGlobal(name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  };
}

/**
 * Compiles a .tflite model for inputs of the given shapes.
 *
 * @throws Error when the bytes are no model the runtime can run.
 */
export async function compile(model: Uint8Array, ...inputShapes: (readonly number[])[]): Promise<Network> {
  const runtime = await loadRuntime();
  const { Tensor } = await import('@litertjs/core');
  const compiled: CompiledModel = await runtime.loadAndCompile(model, { accelerator: 'wasm' });
  return {
    async run(...inputs) {
      const tensors = inputs.map((input, index) => new Tensor(input, [...(inputShapes[index] ?? [])]));
      try {
        const outputs = await compiled.run(tensors);
        return outputs.map((output) => {
          // A copy already.
          const values = output.toTypedArray();
          output.delete();
          return values instanceof Float32Array ? values : Float32Array.from(values);
        });
      } finally {
        for (const tensor of tensors) tensor.delete();
      }
    },
    delete() {
      compiled.delete();
    },
  };
}
