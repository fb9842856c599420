const { pbkdf2Sync } = require('node:crypto');
const hash = () => pbkdf2Sync('password', 'salt', 250_000, 32, 'sha512');
setInterval(hash, 400);
//# sourceMappingURL=gone.js.map
