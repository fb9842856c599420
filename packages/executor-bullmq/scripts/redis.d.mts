export declare function requireRedis(): void;
