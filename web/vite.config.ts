import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const SERVER = process.env.PENTIMENTO_SERVER ?? "http://127.0.0.1:7860";

export default defineConfig({
  plugins: [svelte()],
  base: "/",
  build: { outDir: "../src/pentimento/api/static", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
  server: { proxy: { "/api": SERVER, "/openapi.json": SERVER } },
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
