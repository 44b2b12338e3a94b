// node-sd-webui 0.0.8: every call it has, against the server at argv[2], which has to let anybody in.
// Prints {call: what came of it}, as JSON; the Python test beside it says what that should be.
const sharp = require("sharp");
const sdwebui = require("node-sd-webui").default;

const api = sdwebui({ apiUrl: process.argv[2] });
const side = 64;
const small = { prompt: "a cat", negativePrompt: "grey", seed: 5, width: side, height: side, steps: 2 };

async function picture() {
  const image = sharp({ create: { width: side, height: side, channels: 3, background: "red" } });
  return (await image.png().toBuffer()).toString("base64");
}

async function sizes({ images }) {
  const metas = await Promise.all(images.map((image) => sharp(Buffer.from(image, "base64")).metadata()));
  return metas.map(({ width, height }) => [width, height]);
}

const unit = { extensions: { controlNet: [{ preprocessor: "canny", model: "canny" }] } };

const calls = {
  txt2img: async () => sizes(await api.txt2img({ ...small, samplingMethod: "Euler a", batchSize: 2 })),
  "txt2img with hires": async () =>
    sizes(await api.txt2img({ ...small, hires: { steps: 2, denoisingStrength: 0.5, upscaler: "Latent", upscaleBy: 2 } })),
  "txt2img with a script": async () =>
    (await api.txt2img({ ...small, prompt: "a|b", script: { name: "Prompt matrix", args: [] } })).images.length,
  "txt2img with ControlNet": async () => api.txt2img({ ...small, ...unit }),
  img2img: async () => sizes(await api.img2img({ ...small, imageData: [await picture()] })),
  "img2img with ControlNet": async () => api.img2img({ ...small, imageData: [await picture()], ...unit }),
  pngInfo: async () => {
    const { images } = await api.txt2img(small);
    return api.pngInfo({ imageData: images[0] });
  },
};

async function main() {
  const told = { missing: Object.keys(api).filter((name) => name !== "apiUrl" && !(name in calls)) };
  for (const [name, call] of Object.entries(calls)) {
    try {
      told[name] = await call();
    } catch (error) {
      told[name] = String(error);
    }
  }
  console.log(JSON.stringify(told));
}

main();
