/*
 * What Microsoft's own tools read in our files.
 *
 *   node microsoft.mjs FUNCTIONS_JS MANIFEST_XML
 */
import { generateCustomFunctionsMetadata } from "custom-functions-metadata";
import { OfficeAddinManifest } from "office-addin-manifest";

const [script, manifest] = process.argv.slice(2);
const generated = await generateCustomFunctionsMetadata([script]);
const info = await OfficeAddinManifest.readManifestFile(manifest);
console.log(JSON.stringify({
  errors: generated.errors,
  metadata: JSON.parse(generated.metadataJson || "{}"),
  associated: generated.associate,
  manifest: info,
}));
