// stable-diffusion-api 0.0.7: every call it has, against the server at argv[2] as user argv[3], password argv[4].
// Prints {call: what came of it}, as JSON; the Python test beside it says what that should be.
const sharp = require("sharp");
const { StableDiffusionApi, ControlNetUnit } = require("stable-diffusion-api");

const [url, user, password] = process.argv.slice(2);
const { hostname: host, port } = new URL(url);
const api = new StableDiffusionApi({ host, port: Number(port), timeout: 120000 });
if (user) api.setAuth(user, password);
const side = 64;
const small = { prompt: "a cat", seed: 5, width: side, height: side, steps: 2 };
const picture = () => sharp({ create: { width: side, height: side, channels: 3, background: "red" } });
const hole = sharp({ create: { width: 32, height: 32, channels: 3, background: "white" } }).png();

async function mask() {
  const canvas = sharp({ create: { width: side, height: side, channels: 3, background: "black" } });
  return sharp(await canvas.composite([{ input: await hole.toBuffer(), left: 16, top: 16 }]).png().toBuffer());
}

async function sizes(result) {
  const metas = await Promise.all(result.images.map((image) => image.metadata()));
  return metas.map(({ width, height }) => [width, height]);
}

const calls = {
  txt2img: async () => sizes(await api.txt2img({ ...small, batch_size: 2 })),
  img2img: async () => {
    const result = await api.img2img({ ...small, init_images: [picture()], mask_image: await mask(), mask_blur: 0 });
    return { sizes: await sizes(result), coverage: JSON.parse(result.info).mask_report.coverage };
  },
  extraSingle: async () => sizes(await api.extraSingle({ image: picture(), upscaler_1: "Lanczos" })),
  extraBatch: async () =>
    sizes(await api.extraBatch({ images: [picture(), picture()], name_list: ["a", "b"], upscaler_1: "Nearest" })),
  pngInfo: async () => (await api.pngInfo((await api.txt2img(small)).image)).info,
  interrogate: async () => api.interrogate(picture(), "clip"),
  getOptions: async () => (await api.getOptions()).samples_format,
  setOptions: async () => api.setOptions(await api.getOptions()),
  getProgress: async () => (await api.getProgress(true)).progress,
  getCmdFlags: async () => (await api.getCmdFlags()).api,
  getSamplers: async () => (await api.getSamplers()).length,
  getUpscalers: async () => (await api.getUpscalers()).map((row) => row.name),
  getSdModels: async () => (await api.getSdModels()).map((row) => row.model_name),
  getHypernetworks: async () => api.getHypernetworks(),
  getFaceRestorers: async () => api.getFaceRestorers(),
  getRealesrganModels: async () => api.getRealesrganModels(),
  getPromptStyles: async () => (await api.getPromptStyles()).map((row) => row.name),
  refreshCheckpoints: async () => (await api.refreshCheckpoints()) ?? "done",
  setModel: async () => {
    await api.setModel("other.safetensor", true);
    const model = await api.getCurrentModel();
    await api.setModel("tiny.safetensors");
    return model.split(" ")[0];
  },
  getCurrentModel: async () => (await api.getCurrentModel()).split(" ")[0],
  waitForReady: async () => api.waitForReady(0.1),
  setAuth: async () => api.setAuth(user, password) === api,
  "ControlNet.getModels": async () => api.ControlNet.getModels(),
  "ControlNet.getModules": async () => api.ControlNet.getModules(),
  "ControlNet.detect": async () => api.ControlNet.detect({ controlnet_input_images: [picture()] }),
  "ControlNetUnit": async () => {
    const units = [new ControlNetUnit({ input_image: picture(), module: "canny", model: "canny" })];
    return sizes(await api.txt2img({ ...small, controlnet_units: units }));
  },
};

async function main() {
  const known = Object.getOwnPropertyNames(StableDiffusionApi.prototype).filter((name) => name !== "constructor");
  const told = { missing: known.filter((name) => !(name in calls)) };
  for (const [name, call] of Object.entries(calls)) {
    try {
      told[name] = (await call()) ?? null;
    } catch (error) {
      told[name] = { status: error.response?.status ?? null, told: error.response?.data?.detail ?? String(error) };
    }
  }
  console.log(JSON.stringify(told));
}

main();
