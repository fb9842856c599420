require('reflect-metadata');
const { Body, Controller, Get, Module, Post, ValidationPipe } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { Type } = require('class-transformer');
const { IsArray, IsInt, IsString, Length, Max, Min, ValidateNested } = require('class-validator');

// What the TypeScript compiler makes of decorators.
const decorate = (decorators, target, key) =>
  Reflect.decorate(
    decorators,
    target,
    key,
    key === undefined ? undefined : (Object.getOwnPropertyDescriptor(target, key) ?? undefined),
  );

class Line {}
decorate([IsString(), Length(1, 40)], Line.prototype, 'sku');
decorate([IsInt(), Min(1), Max(100)], Line.prototype, 'count');
decorate([IsString()], Line.prototype, 'note');

class Order {}
decorate([IsString()], Order.prototype, 'customer');
decorate([IsArray(), ValidateNested({ each: true }), Type(() => Line)], Order.prototype, 'lines');

class OrdersController {
  ready() {
    return 'ready';
  }

  create(order) {
    return { lines: order.lines.length };
  }
}
decorate([Get()], OrdersController.prototype, 'ready');
Reflect.defineMetadata('design:paramtypes', [Order], OrdersController.prototype, 'create');
Body()(OrdersController.prototype, 'create', 0);
decorate([Post('orders')], OrdersController.prototype, 'create');
const Orders = decorate([Controller()], OrdersController);

class AppModule {}
const App = decorate([Module({ controllers: [Orders] })], AppModule);

async function bootstrap() {
  const app = await NestFactory.create(App, { logger: ['error'], bodyParser: true });
  app.useBodyParser('json', { limit: '10mb' });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}
bootstrap();
