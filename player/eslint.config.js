import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "build/", "src/contract.ts", "*.mjs", "eslint.config.js"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ["src/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "Date", message: "A device's clock can be set at any time; take performance.now() or the refresh's own time." },
      ],
    },
  },
  {
    files: ["src/presenter/**"],
    rules: {
      "no-restricted-imports": ["error", { paths: [{ name: "jspsych", message: "The presenter is usable without jsPsych." }] }],
    },
  },
  { files: ["tests/**"], rules: { "max-lines-per-function": "off" } },
);
