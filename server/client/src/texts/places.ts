/** Texts of places that are found by name. */

export const PLACES_TEXTS = {
  places: {
    heading: "Places of this name",
    outside: "outside this scene",
    liesOutside: (name: string) => `${name} lies outside this scene.`,
    goneTo: (name: string) => `${name}.`,
    none: (text: string) => `No place in the gazetteer is called “${text.trim()}”.`,
    found: (count: number) => (count === 1 ? "1 place has this name." : `${count} places have this name.`),
    kinds: {
      A: "region",
      H: "water",
      L: "area",
      P: "settlement",
      R: "road",
      S: "building",
      T: "mountain",
      U: "undersea",
      V: "vegetation",
    },
  },
};
