import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["node_modules", "src/model/wire.ts"] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `noUncheckedIndexedAccess` is on: an index that the loop around it proves needs the `!`.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowArray: true }],
    },
  },
  {
    files: ["*.js", "*.cjs"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { module: "writable" } },
  },
);
