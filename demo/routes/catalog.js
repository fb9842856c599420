import { catalogText, products } from '../shopData.js';

/** Takes over a supplier's catalog. */
export async function importCatalog() {
  const catalog = JSON.parse(catalogText); // block: serialization JSON.parse
  return { products: catalog.length, first: catalog[0].name };
}

/** Hands the catalog to a partner. */
export async function exportCatalog() {
  const text = JSON.stringify(products); // block: serialization JSON.stringify
  return { bytes: text.length, products: products.length };
}
