/**
 * The cloud by WebGL2: events lie in buffers of the GPU, a frame draws a range of them.
 * @module
 */
import { eyeDistance } from "./camera.js";
import type { CloudRenderer } from "./cloud.js";
import type { Chunk } from "./source.js";

const vertexShader = `#version 300 es
in float t; in float x; in float y; in float p;
uniform mat4 matrix; uniform vec3 box; uniform vec2 extent; uniform float now; uniform float span; uniform float size;
uniform vec3 off; uniform vec3 on; uniform vec3 ground;
out vec3 colour;
void main() {
  float age = (now - t) / span;
  vec3 place = vec3((2.0 * x / extent.x - 1.0) * box.x, (1.0 - 2.0 * y / extent.y) * box.y, (1.0 - 2.0 * age) * box.z);
  gl_Position = matrix * vec4(place, 1.0);
  gl_PointSize = size * ${eyeDistance.toFixed(1)} / gl_Position.w;
  colour = mix(p > 0.5 ? on : off, ground, 0.7 * clamp(age, 0.0, 1.0));
}`;
const fragmentShader = `#version 300 es
precision mediump float; in vec3 colour; out vec4 fragment;
void main() { fragment = vec4(colour, 1.0); }`;

interface Buffers {
  readonly array: WebGLVertexArrayObject;
  readonly buffers: readonly WebGLBuffer[];
}

/** Undefined where the browser has no WebGL2. `onLost` is called when the GPU is taken away later. */
export function webglCloud(canvas: HTMLCanvasElement, onLost: () => void): CloudRenderer | undefined {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: true });
  const program = gl && link(gl);
  if (!gl || !program) return undefined;
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    onLost();
  });
  const names = ["matrix", "box", "extent", "now", "span", "size", "off", "on", "ground"] as const;
  const at = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)])) as Record<(typeof names)[number], WebGLUniformLocation>;
  const uploaded = new Map<Chunk, Buffers>();

  function upload(chunk: Chunk): Buffers {
    const { t, x, y, p } = chunk.events;
    const array = gl!.createVertexArray();
    gl!.bindVertexArray(array);
    // Single precision counts from the start of the chunk.
    const times = Float32Array.from(t, (time) => time - chunk.from);
    const columns = [["t", times, gl!.FLOAT], ["x", x, gl!.UNSIGNED_SHORT], ["y", y, gl!.UNSIGNED_SHORT], ["p", p, gl!.UNSIGNED_BYTE]] as const;
    const buffers = columns.map(([name, data, type]) => {
      const buffer = gl!.createBuffer();
      gl!.bindBuffer(gl!.ARRAY_BUFFER, buffer);
      gl!.bufferData(gl!.ARRAY_BUFFER, data as BufferSource, gl!.STATIC_DRAW);
      const location = gl!.getAttribLocation(program!, name);
      gl!.enableVertexAttribArray(location);
      gl!.vertexAttribPointer(location, 1, type, false, 0, 0);
      return buffer;
    });
    return { array, buffers };
  }

  return {
    kind: "webgl2",
    draw({ matrix, box, sensor, now, window, palette, size, parts }) {
      for (const [chunk, { array, buffers }] of uploaded) {
        if (parts.some((part) => part.chunk === chunk)) continue;
        gl.deleteVertexArray(array);
        for (const buffer of buffers) gl.deleteBuffer(buffer);
        uploaded.delete(chunk);
      }
      gl.viewport(0, 0, canvas.width, canvas.height);
      const [red, green, blue] = palette.ground;
      gl.clearColor(red / 255, green / 255, blue / 255, 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.enable(gl.DEPTH_TEST);
      gl.useProgram(program);
      gl.uniformMatrix4fv(at.matrix, false, matrix);
      gl.uniform3fv(at.box, box);
      gl.uniform2f(at.extent, Math.max(1, sensor.width - 1), Math.max(1, sensor.height - 1));
      gl.uniform1f(at.span, window);
      gl.uniform1f(at.size, size);
      for (const name of ["off", "on", "ground"] as const) gl.uniform3fv(at[name], palette[name].map((value) => value / 255));
      for (const { chunk, first, end } of parts) {
        if (end <= first) continue;
        let buffers = uploaded.get(chunk);
        if (!buffers) uploaded.set(chunk, (buffers = upload(chunk)));
        gl.uniform1f(at.now, now - chunk.from);
        gl.bindVertexArray(buffers.array);
        gl.drawArrays(gl.POINTS, first, end - first);
      }
      gl.bindVertexArray(null);
    },
    dispose() {
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

function link(gl: WebGL2RenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]] as const) {
    const shader = gl.createShader(type);
    if (!shader) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : undefined;
}
