const { Server } = require('socket.io');

const io = new Server();
io.on('connection', (socket) => {
  socket.on('say', (text) => io.emit('said', { from: socket.id, text }));
});
io.listen(Number(process.env.PORT));
