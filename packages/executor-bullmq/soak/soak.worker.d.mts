export declare const mark: (folder: string, id: number) => number;
export declare const markAndFail: (folder: string, id: number) => never;
export declare const markLarge: (folder: string, id: number) => Buffer;
