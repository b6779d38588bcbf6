import { z } from 'zod'
import { COOKIES } from '../http/cookies.ts'
import type { Endpoint } from './endpoint.ts'
import { Nothing } from './input.ts'

type Routes = Record<string, Partial<Record<string, { endpoint: Endpoint | null }>>>

const DOCUMENTED = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

/**
 * OpenAPI 3.1 of the routes: from the very endpoints that answer, and the schemas that validate
 * their input.
 */
export function describeApi(routes: Routes) {
  const paths = Object.entries(routes).map(([path, methods]) => [
    path.replaceAll('[', '{').replaceAll(']', '}'),
    Object.fromEntries(
      DOCUMENTED.flatMap(method => {
        const endpoint = methods[method]?.endpoint
        return endpoint ? [[method.toLowerCase(), describeEndpoint(endpoint, method, path)]] : []
      }),
    ),
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Authscope',
      version: '0.1.0',
      description: 'Sign-in with a cookie session and with a bearer JWT.',
    },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: COOKIES.session },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
      schemas: {
        Problem: {
          type: 'object',
          description: 'RFC 9457. `code` is stable.',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['path', 'code', 'message'],
                properties: {
                  path: { type: 'string' },
                  code: { type: 'string' },
                  message: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  }
}

function describeEndpoint(endpoint: Endpoint, method: string, path: string) {
  const { says, status, tokenStatus, input, role, takesForm } = endpoint
  const type = takesForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const parameters = [...path.matchAll(/\[(\w+)\]/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const takesBody = method !== 'GET' && input !== Nothing
  return {
    summary: says,
    operationId: `${method.toLowerCase()} ${path}`
      .replaceAll(/[^a-z0-9]+/gi, '-')
      .replace(/-$/, ''),
    ...(parameters.length > 0 && { parameters }),
    ...(role && { security: [{ session: [] }, { bearer: [] }], 'x-least-role': role }),
    ...(takesBody && {
      requestBody: { required: true, content: { [type]: { schema: toSchema(input) } } },
    }),
    responses: {
      [status]: { description: says },
      ...(tokenStatus && { [tokenStatus]: { description: `${says}. In token mode` } }),
      ...(role && {
        401: problem('Not signed in, or not any more'),
        403: problem('Another site, or a role that is too low'),
      }),
      ...(takesBody && { [takesForm ? 400 : 422]: problem('Some of the body cannot be accepted') }),
      default: problem('Any other refusal'),
    },
  }
}

// Rules beyond the shape (length by code points, common passwords) cannot be said in JSON Schema;
// the shape can.
function toSchema(input: z.ZodType) {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  return schema
}
