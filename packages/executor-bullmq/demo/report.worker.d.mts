export declare const renderReport: (number: number) => { number: number; pid: number; bytes: number };
