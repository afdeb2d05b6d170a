/** Every entity, for the one DataSource. */
export const entities: (new () => object)[] = [];
